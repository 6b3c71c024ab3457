"""Operations that only move elements: reshape, permute, cut, join, pad, repeat, pick."""

from typing import Any

import torch
from torch import Tensor
from torch.utils._pytree import tree_map

from netwright.dynamics.shifts.pattern import UNREAD, pull
from netwright.dynamics.shifts.step import Pulled, Step, shaped
from netwright.structure.movement import MOVEMENTS
from netwright.structure.tape import Operation, Value

PLACES = MOVEMENTS | {"pad", "constant_pad_nd", "masked_fill", "masked_select", "where", "tril", "triu"}
"""Functions whose every output element is one input element, or a constant."""

FILLS = {"masked_fill": ((2, "value"),), "where": ((1, "input"), (2, "other")), "pad": ((3, "value"),),
         "constant_pad_nd": ((2, "value"),)}  # fmt: skip
"""Arguments that may be numbers which become elements."""

NEVER = -1e4
"""A score at or below it has weight 0 in a softmax: no shift of it is seen."""


def move(step: Step) -> Pulled:
    """Yield the patterns of the inputs of a movement: each element has those of the places where it lands."""
    moved = [value for value in dict.fromkeys(step.op.inputs) if value.tensor.is_floating_point()]
    landed = sources(step.op, moved)
    for at, value in enumerate(moved):
        if value not in step.wanted:
            continue
        ids, source, start = [], [], 0
        for out, numbers in zip(step.outs, landed, strict=True):
            # classes of different outputs are different classes
            ids.append(torch.where(out > 0, out + start, out).reshape(-1))
            start += int(out.max().clamp_min(0)) if out.numel() else 0
            source.append(_of(numbers, at, moved).reshape(-1))
        yield value, shaped(pull(torch.cat(ids), torch.cat(source), value.tensor.numel()), value)


def sources(op: Operation, moved: list[Value]) -> list[Tensor]:
    """Return which element of its inputs lands at each place of an operation's outputs.

    The operation itself runs on the numbers of the elements instead of the elements.

    Args:
        op: A movement.
        moved: Its floating-point inputs; their elements are numbered from 1, one input after the other.

    Returns:
        A tensor for each output: the number of the element, 0 for a constant, UNREAD for one that a softmax never sees.
    """
    numbers: dict[Value, Tensor] = {}
    start = 1
    for value in moved:
        if value.origin == "constant":
            never = value.tensor.numel() > 0 and float(value.tensor.max()) <= NEVER
            numbers[value] = torch.full(value.shape, float(UNREAD if never else 0), dtype=torch.float64)
            continue
        count = value.tensor.numel()
        numbers[value] = torch.arange(start, start + count, dtype=torch.float64).reshape(value.shape)
        start += count
    args, kwargs = list(op.args), dict(op.kwargs)
    for position, name in FILLS.get(op.name, ()):
        if len(args) > position and isinstance(args[position], int | float):
            args[position] = _fill(args[position])
        elif isinstance(kwargs.get(name), int | float):
            kwargs[name] = _fill(kwargs[name])

    def stand_in(leaf: Any) -> Any:
        return numbers.get(leaf, leaf.tensor.cpu()) if isinstance(leaf, Value) else leaf

    with torch.no_grad():
        result = op.function(*tree_map(stand_in, args), **tree_map(stand_in, kwargs))
    parts = [result] if isinstance(result, Tensor) else list(result)
    return [part.to(torch.int64) for part in parts]


def source_of(op: Operation, value: Value) -> list[Tensor]:
    """Return which element of one input lands at each place of each output of a movement, as `pull` wants it."""
    moved = [one for one in dict.fromkeys(op.inputs) if one.tensor.is_floating_point()]
    return [_of(numbers, moved.index(value), moved) for numbers in sources(op, moved)]


def _of(numbers: Tensor, at: int, moved: list[Value]) -> Tensor:
    """Return the numbers of one input's elements, counted from 1; 0 where another's stand."""
    before = sum(value.tensor.numel() for value in moved[:at] if value.origin != "constant")
    own = (numbers > before) & (numbers <= before + moved[at].tensor.numel())
    return torch.where(own, numbers - before, torch.where(numbers == UNREAD, UNREAD, 0))


def _fill(number: float) -> float:
    return float(UNREAD if number <= NEVER else 0)
