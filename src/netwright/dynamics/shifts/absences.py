"""Why a shift that one might expect is not there."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from math import prod
from typing import Literal

import torch

from netwright.dynamics.shifts.absorbers import batch_statistics
from netwright.dynamics.shifts.movement import PLACES
from netwright.dynamics.shifts.pattern import Pattern, Product
from netwright.dynamics.shifts.pointwise import DROPOUTS, SAME, drops
from netwright.dynamics.shifts.rules import ABSORBERS, RULES
from netwright.dynamics.shifts.walk import Walk, absorbs
from netwright.records.symmetry import Absence
from netwright.structure.tape import Operation, Tape, Value

Kind = Literal["translation", "null"]
LAYERS = {"linear": (1, "weight", 2), "addmm": (2, "mat2", 0), "conv1d": (1, "weight", 2), "conv2d": (1, "weight", 2),
          "conv3d": (1, "weight", 2)}  # fmt: skip
"""Functions with a weight and a bias: where the weight is, its name, and where the bias is."""
LOSSES = frozenset({
    "binary_cross_entropy_with_logits", "binary_cross_entropy", "mse_loss", "l1_loss", "smooth_l1_loss", "huber_loss",
    "soft_margin_loss", "poisson_nll_loss", "gaussian_nll_loss", "hinge_embedding_loss", "sigmoid", "logsigmoid",
})  # fmt: skip
SQUARES = frozenset({"pow", "square", "norm", "vector_norm"})
JOINS_POSITIONS = frozenset({"batch_norm", "instance_norm", "scaled_dot_product_attention"})


@dataclass(frozen=True, eq=False)
class Reader:
    """An operation that reads what a layer puts out.

    Args:
        op: The operation.
        value: The argument with which it reads it.
        obstacles: What stands between, in words.
    """

    op: Operation
    value: Value
    obstacles: tuple[str, ...] = ()

    @property
    def takes(self) -> bool:
        """Whether it absorbs shifts of what it reads."""
        if _scores(self.op, self.value):
            return True
        if self.op.name == "sub" or self.op.name not in ABSORBERS or not absorbs(self.op, self.value):
            return False
        return self.op.name != "batch_norm" or batch_statistics(self.op.argument)

    def __str__(self) -> str:
        word = "attention" if _scores(self.op, self.value) else ABSORBERS.get(self.op.name, self.op.name)
        return word if self.op.module in {"", word} else f"{word} {self.op.module}"


def absences(tape: Tape, walk: Walk) -> tuple[Absence, ...]:
    """Return the layers before a softmax or normalisation, and the last ones, that may not shift, and why.

    Args:
        tape: Of a loss.
        walk: The patterns of its values.

    Returns:
        One entry a kind and reason, with the first layer that it concerns, and how many more.
    """
    found: dict[tuple[Kind, str], dict[str, None]] = defaultdict(dict)
    for op in tape.operations:
        if op.name not in LAYERS or not any(out in walk.patterns for out in op.outputs):
            continue
        at, name, bias_at = LAYERS[op.name]
        weight, bias = op.argument(at, name), op.argument(bias_at, "input" if op.name == "addmm" else "bias")
        place = op.module or getattr(weight, "name", "") or op.name
        for kind, reason in [*_reasons(op, weight, bias, walk), *_tied(op, weight, walk)]:
            found[kind, reason][place] = None
    return tuple(
        Absence(kind=kind, place=_listed(list(places)), reason=reason) for (kind, reason), places in found.items()
    )


def _reasons(op: Operation, weight: Value, bias: Value | None, walk: Walk) -> Iterator[tuple[Kind, str]]:
    """Yield why the weight of a layer is no translation, and why its bias is not null."""
    still = walk.patterns.get(weight) is None
    stiff = isinstance(bias, Value) and walk.patterns.get(bias) is None
    if not still and not stiff:
        return
    readers = list(_readers(op.outputs[0], ()))
    for reader in readers:
        keyed = reader.op.name in JOINS_POSITIONS or _scores(reader.op, reader.value)
        kind: Kind = "null" if keyed else "translation"
        if not (stiff if kind == "null" else still):
            continue
        reason = _reason(reader, readers, op, weight, walk)
        if reason:
            yield kind, reason
            return


def _tied(op: Operation, weight: Value, walk: Walk) -> Iterator[tuple[Kind, str]]:
    """Yield why a tied weight may shift less freely than one of its uses lets it."""
    uses = walk.uses.get(weight, [])
    freedom = {user: _classes(pattern) for user, pattern in uses}
    kept = _classes(walk.patterns.get(weight))
    if 0 < kept < freedom.get(op, 0):
        others = ", ".join(dict.fromkeys(str(Reader(user, weight)) for user in freedom if user is not op))
        yield "translation", f"the weight is tied: {others} uses it as well; of {freedom[op]} charges {kept} is left"


def _classes(pattern: Pattern) -> int:
    """Return how many classes of a pattern may shift."""
    if pattern is None:
        return 0
    axes = pattern.axes if isinstance(pattern, Product) else (pattern.reshape(-1),)
    return prod(len(torch.unique(axis[axis > 0])) for axis in axes)


def _reason(reader: Reader, readers: list[Reader], layer: Operation, weight: Value, walk: Walk) -> str:
    """Return what keeps a reader from absorbing a layer's shifts; nothing where none would be expected."""
    op = reader.op
    if reader.takes:
        return _hindrance(reader, readers, layer, weight, walk)
    if op.name == "batch_norm":
        return "BatchNorm in evaluation mode subtracts running means, which do not follow a shift of the bias"
    if op.name in LOSSES and absorbs(op, reader.value) and not _goes_on(op):
        return f"{op.name} sees every output by itself"
    return "RMSNorm subtracts no mean" if op.name == "rms_norm" or _squares(reader) else ""


def _hindrance(reader: Reader, readers: list[Reader], layer: Operation, weight: Value, walk: Walk) -> str:
    """Return why a shift is not absorbed although one of its readers absorbs it."""
    uses = walk.uses.get(weight, [])
    refusing = dict.fromkeys(str(Reader(user, weight)) for user, pattern in uses if pattern is None)
    others = dict.fromkeys(str(other) for other in readers if not other.takes and _matters(other.op, walk))
    if reader.obstacles:
        return f"{' and '.join(reader.obstacles)} before {reader}"
    if refusing and any(pattern is not None for _, pattern in uses):
        return f"the weight is tied: {', '.join(refusing)} uses it as well, and does not absorb the shift"
    if others:
        return f"{reader} absorbs it, but {', '.join(others)} reads the same values"
    if weight.maker is not None and weight.maker.name not in RULES:
        return f"the weight comes out of {weight.maker.name}, which does not pass a shift on"
    if reader.op.name == "group_norm" and layer.name.startswith("conv"):
        return "a kernel's shift moves every position by its own amount; GroupNorm takes one mean over all of them"
    return ""


def _matters(op: Operation, walk: Walk) -> bool:
    """Return whether the loss depends on what an operation puts out."""
    return any(out in walk.patterns for out in op.outputs)


def _goes_on(op: Operation) -> bool:
    """Return whether another layer follows an operation: then it is no loss."""
    seen: set[Operation] = set()
    waiting = [op]
    while waiting:
        for user in (user for out in waiting.pop().outputs for user in out.users):
            if user.name in LAYERS or user.name == "matmul":
                return True
            if user not in seen:
                seen.add(user)
                waiting.append(user)
    return False


def _squares(reader: Reader) -> bool:
    """Return whether a root mean square is taken by hand."""
    op = reader.op
    squared = op.name in SQUARES or (op.name == "mul" and op.argument(0, "input") is op.argument(1, "other"))
    return squared and any(user.name == "mean" for out in op.outputs for user in out.users)


def _scores(op: Operation, value: Value) -> bool:
    """Return whether a value is the keys in a product with queries that a softmax reads."""
    if op.name not in {"matmul", "bmm"} or op.argument(1, "other") is not value:
        return False
    return any(reader.op.name == "softmax" for reader in _readers(op.outputs[0], ()))


def _readers(value: Value, obstacles: tuple[str, ...]) -> Iterator[Reader]:
    """Yield the operations that read a value, through sums, movements and multiples."""
    seen: set[Value] = set()
    waiting = [(value, obstacles)]
    while waiting:
        at, before = waiting.pop(0)
        if at in seen:
            continue
        seen.add(at)
        for user in dict.fromkeys(at.users):
            passing = _obstacle(user, at)
            if passing is None:
                yield Reader(user, at, before)
                continue
            now = (*before, passing) if passing and passing not in before else before
            waiting += [(out, now) for out in user.outputs]


def _obstacle(op: Operation, value: Value) -> str | None:
    """Return what an operation that lets values through does to shifts; None where it lets none through."""
    if op.name in DROPOUTS:
        return "active dropout" if drops(op) else ""
    if op.name in PLACES or op.name in SAME or op.name in {"add", "sub", "rsub"}:
        return ""
    if op.name in {"mul", "div"}:
        one, other = op.argument(0, "input"), op.argument(1, "other")
        factor = other if one is value else one
        if not isinstance(factor, Value):
            return ""
        return "factors that differ between positions (a rotary embedding)" if _positional(factor) else None
    return None


def _positional(value: Value) -> bool:
    """Return whether a factor is a cosine or sine of positions, or a constant that is not the same everywhere."""
    if value.origin in {"constant", "buffer"} and value.tensor.numel():
        return bool((value.tensor != value.tensor.reshape(-1)[0]).any())
    names: list[str] = []
    while value.maker is not None and value.maker.inputs and len(names) < 6:
        names.append(value.maker.name)
        value = value.maker.inputs[0]
    return "cos" in names or "sin" in names


def _listed(places: list[str]) -> str:
    return places[0] + (f" and {len(places) - 1} more" if len(places) > 1 else "")
