"""Operations that only move elements: the scales move along, by the very same operation."""

from typing import Any

import torch
from torch import Tensor
from torch.utils._pytree import tree_map

from netwright.dynamics.scales.label import FIXED, WILD, Label, Term
from netwright.dynamics.scales.walk import Walk
from netwright.structure.movement import replay
from netwright.structure.tape import Operation, Value

UNCHANGED = frozenset({
    "contiguous", "clone", "to", "float", "double", "half", "bfloat16", "type", "type_as", "cpu", "cuda",
    "dropout", "dropout1d", "dropout2d", "dropout3d", "feature_dropout", "relu", "leaky_relu", "rrelu", "abs",
    "neg", "positive", "alias", "pin_memory",
})  # fmt: skip
"""Operations f with f(c x) = c f(x) for c > 0, element by element, or that change nothing but the kind of number."""


def move(walk: Walk, operation: Operation) -> None:
    """Give each output the labels of the elements that it consists of."""
    inputs = [value for value in dict.fromkeys(operation.inputs) if value.tensor.is_floating_point()]
    raws = {value: walk.raw(value) for value in inputs}
    leaf = raws[inputs[0]].leaf if len(inputs) == 1 else None
    if len(inputs) > 1:
        raws = {value: walk.single(walk.leaves.pin(label)) for value, label in raws.items()}
    outputs: list[list[Term]] = [[] for _ in operation.outputs]
    for at in range(max((len(label.terms) for label in raws.values()), default=0)):
        factor = next(label.terms[at].factor for label in raws.values() if len(label.terms) > at)
        made = replay(operation, {value: _ids(value, label, at) for value, label in raws.items()})
        for terms, ids in zip(outputs, made, strict=True):
            terms.append(Term(ids, factor))
    for value, moved in zip(operation.outputs, outputs, strict=True):
        walk.labels[value] = Label(tuple(moved), leaf)


def keep(walk: Walk, operation: Operation) -> None:
    """Give the output its input's label."""
    label = walk.raw(operation.inputs[0])
    walk.labels[walk.one(operation)] = label if operation.name not in {"relu", "abs"} else walk.leaves.pin(label)


def pad(walk: Walk, operation: Operation) -> None:
    """Move scales with the elements; zeros around them fit every scale, other constants keep their size."""
    label = walk.of(operation.args[0])
    mode, filling = operation.argument(2, "mode", "constant"), operation.argument(3, "value", None) or 0
    terms = []
    for term in label.terms:
        if mode == "constant":
            beyond = WILD if filling == 0 else FIXED
            ids = torch.nn.functional.pad(term.ids, operation.argument(1, "pad"), value=beyond)
        else:
            # the other kinds of padding want floating-point numbers
            ids = torch.nn.functional.pad(term.ids.double(), operation.argument(1, "pad"), mode=mode).long()
        terms.append(Term(ids, term.factor))
    walk.labels[walk.one(operation)] = Label(tuple(terms))


def put(walk: Walk, operation: Operation) -> None:
    """Write labels where `x[index] = y` writes values."""
    target, index, written = operation.args
    left, right = walk.of(target), walk.of(written)
    terms: list[Term] = []
    for source, fill in ((left, False), (right, True)):
        for term in source.terms:
            ids = (torch.zeros(target.shape, dtype=torch.long) if fill else term.ids.clone()).contiguous()
            ids[_plain(index)] = term.ids.expand(written.shape) if fill else FIXED
            terms.append(Term(ids, term.factor))
    walk.labels[walk.one(operation)] = Label(tuple(terms))


def _ids(value: Value, label: Label, at: int) -> Tensor:
    """Return the variables of one term; the fixed one of a value that has fewer terms."""
    if len(label.terms) <= at:
        return torch.zeros(1, dtype=torch.long).expand(value.shape)
    return label.terms[at].ids.expand(value.shape)


def _plain(index: Any) -> Any:
    return tree_map(lambda leaf: leaf.tensor.cpu() if isinstance(leaf, Value) else leaf, index)
