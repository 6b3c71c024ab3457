"""Normalisations: they take one scale away, up to their epsilon, and give the scale of their affine part."""

from collections.abc import Sequence

from netwright.dynamics.scales.label import Label, Term
from netwright.dynamics.scales.walk import Walk, merged
from netwright.structure.tape import Operation, Value


def batch_norm(walk: Walk, operation: Operation) -> None:
    """One scale a channel is taken away in training; with running statistics none is."""
    value = operation.args[0]
    training = operation.argument(5, "training", False)
    if operation.name == "instance_norm":
        training = operation.argument(5, "use_input_stats", True)
    weight, bias = operation.argument(3, "weight"), operation.argument(4, "bias")
    if training:
        per_sample = operation.name == "instance_norm"
        axes = [axis for axis in range(len(value.shape)) if axis != 1 and not (per_sample and axis == 0)]
        _absorb(walk, operation, walk.of(value), axes)
    else:
        walk.system.fix(walk.of(value), f"{walk.where(operation)} uses running statistics (eval)")
    _affine(walk, operation, weight, bias, 1)


def layer_norm(walk: Walk, operation: Operation) -> None:
    """One scale a position is taken away: layer_norm and rms_norm."""
    value = operation.args[0]
    count = len(operation.argument(1, "normalized_shape"))
    axes = range(len(value.shape) - count, len(value.shape))
    _absorb(walk, operation, walk.of(value), axes)
    bias = operation.argument(3, "bias") if operation.name == "layer_norm" else None
    _affine(walk, operation, operation.argument(2, "weight"), bias, None)


def group_norm(walk: Walk, operation: Operation) -> None:
    """One scale a group of channels is taken away."""
    value, groups = operation.args[0], operation.argument(1, "num_groups")
    shape = (value.shape[0], groups, value.shape[1] // groups, *value.shape[2:])
    label = walk.of(value).expand(value.shape)
    split = Label(tuple(Term(term.ids.reshape(shape), term.factor) for term in label.terms))
    _absorb(walk, operation, split, range(2, len(shape)))
    _affine(walk, operation, operation.argument(2, "weight"), operation.argument(3, "bias"), 1)


def normalize(walk: Walk, operation: Operation) -> None:
    """Unit vectors, x / |x| along an axis."""
    value, axis = operation.args[0], operation.argument(2, "dim", 1)
    _absorb(walk, operation, walk.of(value), [axis % len(value.shape)])
    walk.set(walk.one(operation), Label())


def weight_norm(walk: Walk, operation: Operation) -> None:
    """Weight normalisation, W = g v / |v|: the scale of each row of v is taken away, exactly, and that of g given."""
    value, magnitude, axis = (operation.argument(at, name) for at, name in enumerate(("v", "g", "dim")))
    axis = 0 if axis is None else axis
    axes = [a for a in range(len(value.shape)) if axis == -1 or a != axis % len(value.shape)]
    walk.system.gather(walk.of(value), axes, walk.where(operation))
    walk.set(walk.one(operation), walk.of(magnitude))


def _absorb(walk: Walk, operation: Operation, label: Label, axes: Sequence[int]) -> None:
    walk.system.notice(walk.system.gather(label, axes, walk.where(operation)))


def _affine(walk: Walk, operation: Operation, weight: Value | None, bias: Value | None, axis: int | None) -> None:
    """Give the output the scale of gamma, which beta must share; without gamma it keeps its size."""
    out = walk.one(operation)
    parts = []
    for part in (weight, bias):
        label = Label()
        if part is not None:
            sides = [1] * (len(out.shape) - len(part.shape)) + list(part.shape)
            if axis is not None:
                sides = [side if at == axis else 1 for at, side in enumerate(out.shape)]
            label = Label(tuple(Term(term.ids.reshape(sides), term.factor) for term in walk.of(part).terms))
        parts.append(label)
    gamma, beta = parts
    if bias is not None:
        gamma = merged(walk.system, gamma, beta, out.shape, walk.where(operation))
    walk.set(out, gamma)
