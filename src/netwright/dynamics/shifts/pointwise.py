"""Sums, differences, multiples and casts, element by element."""

import torch
from torch import Tensor

from netwright.dynamics.shifts.movement import PLACES, sources
from netwright.dynamics.shifts.pattern import UNREAD, Pattern, grouped, pull, settle
from netwright.dynamics.shifts.step import Pulled, Step, added, numbered, numbers_of, shaped
from netwright.structure.tape import Operation, Value

SAME = frozenset({
    "to", "float", "double", "half", "bfloat16", "type", "type_as", "contiguous", "clone", "neg", "positive", "cpu",
    "cuda", "alias", "identity",
})  # fmt: skip
"""Functions that leave each element where it is, or change its sign."""
DROPOUTS = frozenset({
    "dropout", "dropout1d", "dropout2d", "dropout3d", "alpha_dropout", "feature_alpha_dropout", "feature_dropout"
})  # fmt: skip
CENTRES = frozenset({"mean", "logsumexp", "amax", "amin"})
"""Functions over dimensions that grow by c where all that they run over grows by c."""


def same(step: Step) -> Pulled:
    """Yield the pattern of an input that comes out as it is."""
    value = step.operand(0, "input")
    if value and value.shape == tuple(step.out.shape):
        yield value, step.out


def dropout(step: Step) -> Pulled:
    """Yield the pattern of the input of a dropout that does nothing; an active one scales each element by its own."""
    if not drops(step.op):
        yield from same(step)


def drops(op: Operation) -> bool:
    """Return whether a dropout is active."""
    training = op.argument(2, "training", op.kwargs.get("train", True))
    return bool(training) and op.argument(1, "p", 0.5) != 0


def add(step: Step) -> Pulled:
    """Yield the patterns of the operands of a sum or difference: each alone may take the whole shift."""
    for value in step.op.inputs:
        if value in step.wanted:
            yield value, added(value, step.out)


def subtract(step: Step) -> Pulled:
    """Yield the patterns of a difference; of x - mean(x), whatever shifts both is absorbed."""
    groups = centred(step.op)
    if groups is None:
        yield from add(step)
    else:
        yield step.op.argument(0, "input"), groups
        # the centre moves with x and by nothing else: what x may do is said above
        centre = step.op.argument(1, "other")
        yield centre, torch.full(centre.shape, UNREAD)


def multiply(step: Step) -> Pulled:
    """Yield the patterns of factors: a shift goes through where all of its class meets the same other factor."""
    left, right = step.op.argument(0, "input"), step.op.argument(1, "other")
    for value, other in ((left, right), (right, left)):
        if isinstance(value, Value) and value in step.wanted:
            yield value, _scaled(value, other, step.out)


def divide(step: Step) -> Pulled:
    """Yield the pattern of what is divided, as of a factor."""
    value, other = step.operand(0, "input"), step.op.argument(1, "other")
    if value and value is not other and step.op.kwargs.get("rounding_mode") is None:
        yield value, _scaled(value, other, step.out)


def _scaled(value: Value, other: object, out: Tensor) -> Pattern:
    numbers = numbered(value).expand(out.shape)
    ids = settle(out, _factors(other).expand(out.shape)) if isinstance(other, Value) else out
    return shaped(pull(ids, numbers, value.tensor.numel()), value)


def _factors(value: Value) -> Tensor:
    """Return a number for each element of a factor: equal where the factors are sure to be."""
    if value.origin in {"constant", "buffer"}:
        inverse: Tensor = torch.unique(value.tensor.detach().cpu(), return_inverse=True)[1]
        return inverse
    return numbered(value)


def centred(op: Operation) -> Tensor | None:
    """Return the pattern of x in x - centre(x), None of any other difference."""
    whole, part = op.argument(0, "input"), op.argument(1, "other")
    plain = op.name == "sub" and op.kwargs.get("alpha", 1) == 1
    if not plain or not isinstance(whole, Value) or not isinstance(part, Value):
        return None
    path: list[Operation] = []
    at = part
    while at.maker is not None and at.maker.name in PLACES and len(at.maker.outputs) == 1 and at.maker.inputs:
        path.append(at.maker)
        at = at.maker.inputs[0]
    centre = at.maker
    if centre is None or centre.name not in CENTRES or centre.argument(0, "input") is not whole:
        return None
    dims = centre.argument(1, "dim")
    groups = grouped(whole.shape, tuple(range(len(whole.shape))) if dims is None else numbers_of(dims))
    numbers = torch.arange(1, at.tensor.numel() + 1)
    for moving in reversed(path):
        landed = sources(moving, [moving.inputs[0]])[0].reshape(-1)
        if bool((landed <= 0).any()):
            return None
        numbers = numbers[landed - 1]
    aligned = numbers.reshape(part.shape).expand(whole.shape)
    return groups if torch.equal(aligned, groups) else None
