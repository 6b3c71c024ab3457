"""Where the coordinates of linear maps go along a tape: which meet which, which are read by something else."""

from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor

from netwright.dynamics.heads.layout import Layout, stripped
from netwright.dynamics.heads.legs import Leg, Legs, leg_of
from netwright.dynamics.heads.pairs import Numbers, pairs_of
from netwright.structure.tape import Operation, Value

SCORES, MIXING, FOLLOWING = "q -> k", "v -> o", "a -> b"
"""What meets: queries and keys, attended values and what reads them, a linear map and the next."""


@dataclass(frozen=True)
class Meeting:
    """Two runs of coordinates, of equal length, the products of which are summed."""

    left: Numbers
    right: Numbers
    what: str
    operation: Operation


@dataclass(frozen=True)
class Weight:
    """A parameter, or part of it.

    Args:
        parameter: The parameter.
        places: For each of its dimensions, where along it each element of the part was taken from.
    """

    parameter: Value
    places: tuple[Tensor, ...]


@dataclass(frozen=True)
class Use:
    """What a layer reads of a parameter, and which legs of the parameter it has."""

    operation: Operation
    weight: Weight
    legs: tuple[Leg, ...]


@dataclass
class Trail:
    """What is known about coordinates, operation after operation.

    Args:
        legs: Numbers of the coordinates.
        layouts: Of the values that hold some.
        weights: Values that are parameters, or parts of them.
        meetings: Runs that meet.
        sums: (2, *) numbers that were added to one another, and so stand for the same coordinate.
        strays: Numbers on which no matrix may act, and why.
        uses: Of each parameter.
        loose: Parameters that something other than a layer reads, and what.
    """

    legs: Legs = field(default_factory=Legs)
    layouts: dict[Value, Layout] = field(default_factory=dict)
    weights: dict[Value, Weight] = field(default_factory=dict)
    meetings: list[Meeting] = field(default_factory=list)
    sums: list[Numbers] = field(default_factory=list)
    strays: list[tuple[Numbers, str]] = field(default_factory=list)
    uses: dict[str, list[Use]] = field(default_factory=dict)
    loose: dict[str, str] = field(default_factory=dict)

    def take(self, parameter: Value) -> None:
        """Note a parameter as the whole of itself."""
        if parameter not in self.weights and parameter.shape:
            shape = parameter.shape
            sizes = ([-1 if at == axis else 1 for at in range(len(shape))] for axis in range(len(shape)))
            places = (torch.arange(size).reshape(own).expand(shape) for size, own in zip(shape, sizes, strict=True))
            self.weights[parameter] = Weight(parameter, tuple(places))

    def use(self, operation: Operation, weight: Weight, *legs: Leg) -> None:
        """Note that a layer reads a parameter, and by which legs."""
        self.uses.setdefault(weight.parameter.name, []).append(Use(operation, weight, legs))

    def leg(self, weight: Weight, axes: tuple[int, ...]) -> tuple[Leg, Tensor] | None:
        """Return the leg along some dimensions of a weight, and the numbers of its coordinates, shaped as they are."""
        found = leg_of(weight.parameter.name, weight.parameter.shape, weight.places, axes) if axes else None
        return None if found is None else (found[0], self.legs.base(found[0]) + found[1])

    def stray(self, operation: Operation | None, *values: Value | None) -> None:
        """Note that values are read by something that a matrix on their coordinates does not pass."""
        why = "is an output of the model" if operation is None else f"is read by {called(operation)}"
        for value in values:
            if value in self.layouts:
                self.forbid(self.layouts[value].ids, why)
            if value in self.weights:
                self.loose.setdefault(self.weights[value].parameter.name, why)

    def forbid(self, ids: Tensor, why: str) -> None:
        """Note why no matrix may act on some coordinates."""
        found = torch.unique(stripped(ids)).numpy()
        self.strays.append((found[found >= 0], why))

    def meet(
        self, operation: Operation, what: str, left: tuple[Layout, str], right: tuple[Layout, str], summed: str
    ) -> None:
        """Note which coordinates of two values, each with its letters, meet in a sum over some of these."""
        for one, other in pairs_of(*left, *right, summed):
            if len(one) > 1 and (one >= 0).all() and (other >= 0).all():
                self.meetings.append(Meeting(one, other, what, operation))
            else:
                self.forbid(torch.from_numpy(np.concatenate([one, other])), f"is read by {called(operation)}")


def called(operation: Operation) -> str:
    """Return an operation's name, and where it was called."""
    return f"{operation.name} in {operation.module}" if operation.module else operation.name
