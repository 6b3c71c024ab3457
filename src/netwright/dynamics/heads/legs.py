"""The legs of parameters: dimensions along which a matrix can act on a weight, and their coordinates by number."""

from bisect import bisect_right
from dataclasses import dataclass, field
from math import prod

import torch
from torch import Tensor

from netwright.dynamics.heads.layout import varies


@dataclass(frozen=True)
class Leg:
    """A run of neighbouring dimensions of a parameter, taken as one.

    Args:
        parameter: Its name.
        view: The parameter as (before, along, after): a coordinate of the leg is an entry of the middle dimension.
        first: First dimension of the run.
        last: Last dimension of the run.
    """

    parameter: str
    view: tuple[int, int, int]
    first: int
    last: int


@dataclass
class Legs:
    """Numbers for the coordinates of all legs, each leg's one after the other."""

    count: int = 0
    _starts: list[int] = field(default_factory=list)
    _legs: list[Leg] = field(default_factory=list)
    _base: dict[Leg, int] = field(default_factory=dict)

    def base(self, leg: Leg) -> int:
        """Return the number of a leg's first coordinate."""
        if leg not in self._base:
            self._base[leg] = self.count
            self._starts.append(self.count)
            self._legs.append(leg)
            self.count += leg.view[1]
        return self._base[leg]

    def at(self, number: int) -> tuple[Leg, int]:
        """Return the leg that a number belongs to, and the coordinate there.

        >>> legs = Legs()
        >>> legs.base(Leg("v", (1, 9, 1), 0, 0)), legs.base(Leg("w", (1, 4, 3), 0, 0))
        (0, 9)
        >>> legs.at(11)
        (Leg(parameter='w', view=(1, 4, 3), first=0, last=0), 2)
        """
        place = bisect_right(self._starts, number) - 1
        return self._legs[place], number - self._starts[place]


def leg_of(
    name: str, shape: tuple[int, ...], coordinates: tuple[Tensor, ...], axes: tuple[int, ...]
) -> tuple[Leg, Tensor] | None:
    """Return the leg of a parameter along which some dimensions of a weight run.

    Args:
        name: Of the parameter.
        shape: Of the parameter.
        coordinates: For each dimension of the parameter, where along it each element of the weight was taken from.
        axes: Dimensions of the weight.

    Returns:
        The leg, and its coordinate for every place along these dimensions of the weight, shaped as they are; None where
        a place along them is not one whole slice of the parameter.

    >>> rows, columns = torch.arange(4)[:, None].expand(4, 3), torch.arange(3).expand(4, 3)
    >>> leg, places = leg_of("w", (4, 3), (rows[2:], columns[2:]), (0,))
    >>> leg.view, places.tolist()
    ((1, 4, 3), [2, 3])
    """
    others = tuple(axis for axis in range(coordinates[0].dim()) if axis not in axes)
    across = [{axis for axis in range(places.dim()) if varies(places, axis)} for places in coordinates]
    run = [place for place, found in enumerate(across) if found & set(axes)]
    inside = [place for place in range(len(shape)) if place not in run]
    if any(across[place] & set(others) for place in run):
        return None
    if not run:
        run = [place for place in inside if shape[place] == 1][:1]
        inside = [place for place in inside if place not in run]
    if not run or run != list(range(run[0], run[-1] + 1)):
        return None
    if not _covers([_along(coordinates[place], others) for place in inside], [shape[place] for place in inside]):
        return None
    first, last = run[0], run[-1]
    places = _raveled([_along(coordinates[place], axes) for place in run], [shape[place] for place in run])
    view = (prod(shape[:first]), prod(shape[first : last + 1]), prod(shape[last + 1 :]))
    return Leg(name, view, first, last), places


def _along(places: Tensor, axes: tuple[int, ...]) -> Tensor:
    """Return the part of a tensor along some dimensions, at the start of the others."""
    for axis in reversed(range(places.dim())):
        if axis not in axes:
            places = places.select(axis, 0)
    return places


def _raveled(places: list[Tensor], shape: list[int]) -> Tensor:
    total = torch.zeros_like(places[0]) if places else torch.zeros((), dtype=torch.long)
    for along, size in zip(places, shape, strict=True):
        total = total * size + along
    return total


def _covers(places: list[Tensor], shape: list[int]) -> bool:
    """Return whether places hold every index of an array of this shape once."""
    size = prod(shape)
    if not places:
        return size == 1
    return places[0].numel() == size and torch.unique(_raveled(places, shape)).numel() == size
