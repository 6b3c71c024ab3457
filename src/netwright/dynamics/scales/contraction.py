"""Operations that sum products over an axis: linear maps, convolutions, matrix products."""

from math import prod

import numpy as np

from netwright.dynamics.scales.label import WILD, Label, Term, varies
from netwright.dynamics.scales.walk import Walk, merged
from netwright.structure.tape import Operation, Value

CONVOLUTIONS = frozenset({
    "conv1d", "conv2d", "conv3d", "conv_transpose1d", "conv_transpose2d", "conv_transpose3d"
})  # fmt: skip


def contract(walk: Walk, left: Label, right: Label, shape: tuple[int, ...], reason: str) -> Label:
    """Return the label of a matrix product: every product that is summed must have the same scale.

    Args:
        walk: Takes the equations.
        left: Label of (..., M, K).
        right: Label of (..., K, N).
        shape: Of the product, (..., M, N).
        reason: What sums, in words.

    Returns:
        The label of (..., M, N).
    """
    if any(term.ids.shape[-1] == 1 for term in left.terms) or any(term.ids.shape[-2] == 1 for term in right.terms):
        # a single summand leaves no row of equations to take the parameter's freedom away
        left, right = walk.leaves.pin(left), walk.leaves.pin(right)
    outside, inside = factors(walk, left, right, reason)
    leaf = next((label.leaf for label in (left, right) if label.leaf is not None and not label.leaf.pinned), None)
    if leaf is not None or not inside:
        walk.system.demand(inside, reason)
        if leaf is not None:
            leaf.pinned = True
        return Label(outside).expand(shape)
    sides = np.broadcast_shapes(*(term.ids.shape for term in inside))
    common = walk.system.fresh(*sides[:-2], 1, 1)
    walk.system.demand((*inside, Term(common, -1.0)), reason)
    return Label((*outside, Term(common))).expand(shape)


def factors(walk: Walk, left: Label, right: Label, reason: str) -> tuple[tuple[Term, ...], tuple[Term, ...]]:
    """Return the scales of a matrix product that its sum leaves alone, and those that it sums over.

    Args:
        walk: Takes the equations that make each term one of the two kinds.
        left: Label of (..., M, K).
        right: Label of (..., K, N).
        reason: What sums, in words.

    Returns:
        Terms of (..., M, 1) or (..., 1, N), and terms of (..., K, 1).
    """
    outside, inside = [], []
    for label, kept, summed in ((left, -2, -1), (right, -1, -2)):
        for term in label.terms:
            axis = term.ids.dim() + summed
            if not varies(term.ids, axis) and not bool((term.ids == WILD).any()):
                outside.append(Term(term.ids.narrow(axis, 0, 1), term.factor))
                continue
            through = walk.system.gather(Label((term,)), [term.ids.dim() + kept], reason)
            turned = [
                Term(one.ids.transpose(-1, -2) if label is left else one.ids, one.factor) for one in through.terms
            ]
            inside += turned
    return tuple(outside), tuple(inside)


def linear(walk: Walk, operation: Operation) -> None:
    """Linear maps, y = x W^T + b."""
    x, weight, bias = (operation.argument(at, name) for at, name in enumerate(("input", "weight", "bias")))
    out = walk.one(operation)
    flat = x.shape if len(x.shape) > 1 else (1, *x.shape)
    turned = Label(
        tuple(Term(t.ids.transpose(-1, -2), t.factor) for t in walk.raw(weight).terms), walk.raw(weight).leaf
    )
    shape = (*flat[:-1], weight.shape[0])
    label = contract(walk, walk.of(x).expand(flat), turned, shape, walk.where(operation))
    label = Label(tuple(Term(term.ids.reshape(out.shape), term.factor) for term in label.terms))
    _with_bias(walk, operation, label, bias)


def convolve(walk: Walk, operation: Operation) -> None:
    """Convolutions, transposed ones included: one scale a channel, the same everywhere in time and space."""
    x, weight, bias = (operation.argument(at, name) for at, name in enumerate(("input", "weight", "bias")))
    transposed = "transpose" in operation.name
    groups = operation.argument(7 if transposed else 6, "groups", 1)
    out, reason = walk.one(operation), walk.where(operation)
    axis = len(x.shape) - (len(weight.shape) - 1)
    channels = walk.system.gather(walk.of(x), [a for a in range(len(x.shape)) if a != axis], reason)
    rows = Label(tuple(Term(t.ids.reshape(groups, 1, -1), t.factor) for t in channels.expand(_only(x, axis)).terms))
    raw = walk.leaves.leaf(weight, groups).label if weight.origin == "parameter" else walk.raw(weight)
    kernel = walk.system.gather(raw, range(2, len(weight.shape)), reason)
    sides = (groups, weight.shape[0] // groups, weight.shape[1])
    matrices = [Term(t.ids.expand(*weight.shape[:2], *t.ids.shape[2:]).reshape(sides), t.factor) for t in kernel.terms]
    if not transposed:
        matrices = [Term(term.ids.transpose(-1, -2), term.factor) for term in matrices]
    width = prod(sides) // (sides[1] * groups) if transposed else sides[1]
    label = contract(walk, rows, Label(tuple(matrices), raw.leaf), (groups, 1, width), reason)
    shape = [groups * width if a == axis else 1 for a in range(len(out.shape))]
    label = Label(tuple(Term(term.ids.reshape(shape).expand(out.shape), term.factor) for term in label.terms))
    _with_bias(walk, operation, label, bias, axis)


def multiply_matrices(walk: Walk, operation: Operation) -> None:
    """Matmul, mm, bmm, mv, dot, and the addmm kind, which adds its first argument."""
    values = [part for part in operation.args if isinstance(part, Value)]
    added = values.pop(0) if operation.name in {"addmm", "baddbmm", "addbmm", "addmv"} else None
    left, right = values
    out, reason = walk.one(operation), walk.where(operation)
    first, second = walk.raw(left), walk.raw(right)
    first = first.expand((1, *left.shape)) if len(left.shape) == 1 else first
    if len(right.shape) == 1:
        second = Label(tuple(Term(term.ids.unsqueeze(-1), term.factor) for term in second.terms), second.leaf)
    rows, columns = first_sides(left.shape), (right.shape[-1] if len(right.shape) > 1 else 1)
    stack = np.broadcast_shapes(left.shape[:-2], right.shape[:-2])
    label = contract(walk, first, second, (*stack, rows, columns), reason)
    label = Label(tuple(Term(term.ids.reshape(out.shape), term.factor) for term in label.terms))
    if added is not None:
        label = merged(walk.system, label, walk.of(added), out.shape, reason)
    walk.set(out, label)


def first_sides(shape: tuple[int, ...]) -> int:
    """Return how many rows the left factor of a matrix product has."""
    return shape[-2] if len(shape) > 1 else 1


def _only(value: Value, axis: int) -> tuple[int, ...]:
    return tuple(side if at == axis else 1 for at, side in enumerate(value.shape))


def _with_bias(walk: Walk, operation: Operation, label: Label, bias: Value | None, axis: int | None = None) -> None:
    out = walk.one(operation)
    if bias is not None:
        sides = [1] * len(out.shape)
        sides[-1 if axis is None else axis] = bias.shape[0]
        own = Label(tuple(Term(term.ids.reshape(sides), term.factor) for term in walk.of(bias).terms))
        label = merged(walk.system, label, own, out.shape, walk.where(operation))
    walk.set(out, label)
