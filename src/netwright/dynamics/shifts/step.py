"""One operation on the way back from the loss."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from netwright.dynamics.shifts.pattern import Pattern, pull
from netwright.structure.tape import Operation, Value


@dataclass(frozen=True, eq=False)
class Step:
    """An operation with the shifts of its outputs that the loss does not see.

    Args:
        op: The operation.
        outs: Of each output, the class of each element.
        wanted: Values whose own patterns matter.
    """

    op: Operation
    outs: list[Tensor]
    wanted: frozenset[Value]

    @property
    def out(self) -> Tensor:
        """The pattern of the output, of several the first."""
        return self.outs[0]

    def operand(self, at: int, name: str) -> Value | None:
        """Return an argument where it is a value whose pattern matters."""
        value = self.op.argument(at, name)
        return value if isinstance(value, Value) and value in self.wanted else None


Pulled = Iterable[tuple[Value, Pattern]]
Rule = Callable[[Step], Pulled]
"""From an operation to the patterns of its inputs; an input that it leaves out is frozen."""


def numbered(value: Value) -> Tensor:
    """Return the numbers of a value's elements, from 1."""
    return torch.arange(1, value.tensor.numel() + 1).reshape(value.shape)


def added(value: Value, out: Tensor, axis: int | None = None) -> Pattern:
    """Return the pattern of a value that is added to an output: every copy of an element shifts it by the same.

    Args:
        value: What is added.
        out: The output's pattern.
        axis: The output's dimension along which the value lies, where it is a vector; otherwise it broadcasts.

    Returns:
        The value's pattern.
    """
    numbers = numbered(value)
    if axis is not None:
        numbers = numbers.reshape([-1 if dim == axis else 1 for dim in range(out.dim())])
    return shaped(pull(out, numbers.expand(out.shape), value.tensor.numel()), value)


def shaped(ids: Tensor | None, value: Value) -> Tensor | None:
    """Return a pattern in the shape of its value."""
    return None if ids is None else ids.reshape(value.shape)


def numbers_of(thing: Any) -> tuple[int, ...]:
    """Return a dimension or a sequence of them as a tuple."""
    return (thing,) if isinstance(thing, int) else tuple(int(part) for part in thing)
