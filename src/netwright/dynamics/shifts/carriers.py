"""Parameters that reach a value by sums alone: a shift of them shifts the value, and nothing else happens to it."""

from dataclasses import dataclass, replace
from itertools import pairwise

import torch
from torch import Tensor

from netwright.dynamics.shifts.movement import PLACES, source_of
from netwright.dynamics.shifts.pattern import UNREAD, Pattern, Product, dense, join, pull
from netwright.dynamics.shifts.pointwise import DROPOUTS, SAME, drops
from netwright.dynamics.shifts.step import numbered
from netwright.dynamics.shifts.walk import Walk, pulled
from netwright.structure.tape import Operation, Tape, Value

SUMS = frozenset({"add", "sub", "rsub"})
BIASES = {
    "linear": (2, "bias", -1), "addmm": (0, "input", -1), "conv1d": (2, "bias", -2), "conv2d": (2, "bias", -3),
    "conv3d": (2, "bias", -4), "conv_transpose1d": (2, "bias", -2), "conv_transpose2d": (2, "bias", -3),
    "conv_transpose3d": (2, "bias", -4), "layer_norm": (3, "bias", -1), "batch_norm": (4, "bias", 1),
    "group_norm": (3, "bias", 1), "instance_norm": (4, "bias", 1),
}  # fmt: skip
"""Where functions take a bias, and the dimension of their output along which it lies."""
MOST = 3
"""How many parameters are followed into a sum from one side: the last ones that were added."""


@dataclass(frozen=True, eq=False)
class Carrier:
    """A parameter that is part of a sum.

    Args:
        parameter: It.
        path: The values that it goes through, from itself to the summand.
        factor: What it is multiplied with on the way.
    """

    parameter: Value
    path: tuple[Value, ...]
    factor: float = 1.0

    @property
    def tabled(self) -> bool:
        """Whether rows of it are looked up: then all its rows shift alike."""
        return len(self.path) > 1 and self.path[1].maker is not None and self.path[1].maker.name == "embedding"

    @property
    def view(self) -> tuple[int, ...]:
        """Its shape, with the dimension last whose entries shift one by one."""
        return self.parameter.shape if self.tabled else (self.parameter.tensor.numel(),)

    @property
    def slots(self) -> int:
        """How many shifts it can make."""
        return self.view[-1]

    def source(self) -> Tensor:
        """Return which slot, from 1, reaches each element of the summand; 0 where none does."""
        numbers = torch.arange(1, self.slots + 1) if self.tabled else numbered(self.parameter)
        for before, after in pairwise(self.path):
            op = after.maker
            assert op is not None  # values on a path are computed
            if op.name == "embedding":
                numbers = numbers.expand(after.shape)
            elif op.name in PLACES:
                landed = source_of(op, before)[op.outputs.index(after)]
                numbers = torch.where(landed > 0, numbers.reshape(-1)[landed.clamp_min(1) - 1], 0)
            elif op.name in BIASES:
                axis = BIASES[op.name][2] % len(after.shape)
                numbers = numbers.reshape([-1 if dim == axis else 1 for dim in range(len(after.shape))])
                numbers = numbers.expand(after.shape)
            else:
                numbers = numbers.expand(after.shape)
        return numbers

    def aside(self, walk: Walk, reader: Operation) -> Pattern:
        """Return what everything else that reads the parameter, or a value on the path, absorbs.

        Args:
            walk: The patterns of all values.
            reader: The sum; what it absorbs does not count.

        Returns:
            The pattern of the parameter if the sum absorbed any shift.
        """
        pattern: Pattern = torch.full(self.path[-1].shape, UNREAD)
        own = reader
        for value, above in zip(reversed(self.path), (*reversed(self.path[:-1]), None), strict=True):
            for op, absorbed in walk.uses.get(value, []):
                pattern = pattern if op is own else join(pattern, absorbed)
            if pattern is None or above is None or value.maker is None:
                return pattern
            own = value.maker
            outs = walk.outs(own)
            outs[own.outputs.index(value)] = dense(pattern, value.shape)
            pattern = dict(pulled(own, outs, frozenset({above})))[above]
        return pattern

    def by_slot(self, pattern: Pattern) -> Tensor | None:
        """Return a pattern of the parameter as one of its slots."""
        if pattern is None:
            return None
        if not self.tabled:
            return dense(pattern, self.parameter.shape).reshape(-1)
        if isinstance(pattern, Product):
            lines, columns = pattern.axes
            return None if bool((lines == 0).any()) else columns
        return pull(pattern, torch.arange(1, self.slots + 1).expand(pattern.shape), self.slots)


def carriers(tape: Tape) -> dict[Value, tuple[Carrier, ...]]:
    """Return for each value the parameters that reach it by sums alone, the last to be added first."""
    found: dict[Value, tuple[Carrier, ...]] = {}
    for value in tape.parameters.values():
        found[value] = (Carrier(value, (value,)),)
    for op in tape.operations:
        for out in op.outputs:
            passed = [
                replace(carrier, path=(*carrier.path, out), factor=carrier.factor * factor)
                for value, factor in _passing(op)
                for carrier in found.get(value, ())
            ]
            if passed:
                passed.sort(key=lambda carrier: len(carrier.path))
                found[out] = tuple(passed[:MOST])
    return found


def _passing(op: Operation) -> list[tuple[Value, float]]:
    """Return the inputs whose shifts pass an operation, with what multiplies them."""
    first, second = op.argument(0, "input"), op.argument(1, "other")
    if op.name in PLACES:
        return [(value, 1.0) for value in dict.fromkeys(op.inputs) if value.tensor.is_floating_point()]
    if op.name in SAME or (op.name in DROPOUTS and not drops(op)):
        return [(first, -1.0 if op.name == "neg" else 1.0)] if isinstance(first, Value) else []
    if op.name in SUMS and first is not second:
        signs = {"add": (1.0, 1.0), "sub": (1.0, -1.0), "rsub": (-1.0, 1.0)}[op.name]
        signs = (signs[0], signs[1] * float(op.kwargs.get("alpha", 1)))
        return [(value, sign) for value, sign in zip((first, second), signs, strict=True) if isinstance(value, Value)]
    if op.name in {"mul", "div"} and isinstance(first, Value) and isinstance(second, int | float) and second:
        return [(first, float(second) if op.name == "mul" else 1 / float(second))]
    if op.name == "embedding":
        table = op.argument(1, "weight")
        return [(table, 1.0)] if table.origin == "parameter" else []
    at, name, _ = BIASES.get(op.name, (None, "", 0))
    bias = None if at is None else op.argument(at, name)
    return [(bias, float(op.kwargs.get("beta", 1)))] if isinstance(bias, Value) else []
