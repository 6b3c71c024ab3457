"""Operations element by element: sums, products, powers, selections."""

from typing import Any

import numpy as np
import torch

from netwright.dynamics.scales.label import WILD, Label, Term
from netwright.dynamics.scales.walk import Walk, merged, wild
from netwright.structure.tape import Operation, Value

EPSILON = 1e-3
"""A positive number up to this size that is added to a value only keeps it away from 0."""

POWERS = {"square": 2.0, "sqrt": 0.5, "rsqrt": -0.5, "reciprocal": -1.0}


def add(walk: Walk, operation: Operation) -> None:
    """Sums and differences: both must scale alike; a small positive number is an epsilon."""
    out, reason = walk.one(operation), walk.where(operation)
    left, right = operation.argument(0, "input"), operation.argument(1, "other")
    if not isinstance(left, Value) or not isinstance(right, Value):
        value, number = (left, right) if isinstance(left, Value) else (right, left)
        _add_number(walk, operation, value, float(number))
        return
    walk.set(out, merged(walk.system, walk.of(left), walk.of(right), out.shape, f"the sum {reason}"))


def multiply(walk: Walk, operation: Operation) -> None:
    """Products: the scales add up; where one factor is a constant 0, so is the product."""
    left, right = operation.argument(0, "input"), operation.argument(1, "other")
    walk.set(walk.one(operation), product(walk, left, right, 1.0))


def divide(walk: Walk, operation: Operation) -> None:
    """Quotients."""
    left, right = operation.argument(0, "input"), operation.argument(1, "other")
    if operation.name in {"rdiv", "rtruediv"}:
        left, right = right, left
    walk.set(walk.one(operation), product(walk, left, right, -1.0))


def product(walk: Walk, left: Any, right: Any, power: float) -> Label:
    """Return the label of left * right ** power."""
    shapes = [value.shape for value in (left, right) if isinstance(value, Value)]
    shape = np.broadcast_shapes(*shapes)
    one, other = (walk.of(v) if isinstance(v, Value) else number_label(v) for v in (left, right))
    one, other = one.expand(shape), other.expand(shape)
    gaps = [gap for gap in (wild(one, shape), wild(other, shape)) if gap is not None]
    label = one.plus(other.times(power))
    if not gaps:
        return label
    empty = torch.stack(gaps).any(0)
    terms = label.terms or (Term(torch.zeros(1, dtype=torch.long).expand(shape)),)
    first = Term(torch.where(empty, WILD, terms[0].ids), terms[0].factor)
    return Label((first, *terms[1:]))


def power(walk: Walk, operation: Operation) -> None:
    """Powers x ** n with a number n."""
    exponent = POWERS.get(operation.name, operation.argument(1, "exponent"))
    value, out = operation.args[0], walk.one(operation)
    if not isinstance(value, Value) or isinstance(exponent, Value):
        block(walk, operation)
        return
    walk.set(out, walk.of(value).times(float(exponent)))


def parametric_relu(walk: Walk, operation: Operation) -> None:
    """PReLU: homogeneous in x; its slopes keep their size."""
    walk.system.fix(walk.of(operation.argument(1, "weight")), "the slope of a PReLU")
    walk.set(walk.one(operation), walk.of(operation.args[0]))


def clamp(walk: Walk, operation: Operation) -> None:
    """A clamp at 0 is a ReLU; any other bound breaks homogeneity."""
    low, high = operation.argument(1, "min"), operation.argument(2, "max")
    if {low, high} <= {0, None} and not isinstance(low, Value):
        walk.set(walk.one(operation), walk.of(operation.args[0]))
    else:
        block(walk, operation)


def select(walk: Walk, operation: Operation) -> None:
    """Choices between two values (where, masked_fill, maximum, minimum): both must scale alike."""
    out, reason = walk.one(operation), walk.where(operation)
    if operation.name == "masked_fill":
        left, right = operation.args[0], operation.argument(2, "value")
    elif operation.name == "where":
        left, right = operation.argument(1, "input"), operation.argument(2, "other")
        walk.system.fix(walk.of(operation.args[0]), reason)
    else:
        left, right = operation.argument(0, "input"), operation.argument(1, "other")
    labels = [walk.of(branch) if isinstance(branch, Value) else number_label(branch) for branch in (left, right)]
    walk.set(out, merged(walk.system, labels[0], labels[1], out.shape, reason))


def embed(walk: Walk, operation: Operation) -> None:
    """Rows of an embedding, which scale as one, since other batches bring other rows."""
    index, weight = operation.argument(0, "input"), operation.argument(1, "weight")
    raw = walk.raw(weight)
    if raw.leaf is not None and not raw.leaf.pinned:
        raw.leaf.pinned = True
        walk.system.demand((Term(raw.leaf.variables[0]),), "")
        raw = Label(raw.terms[1:])
    label = walk.system.gather(raw, [0], walk.where(operation)).expand(weight.shape)
    terms = [Term(term.ids[index.tensor.cpu()], term.factor) for term in label.terms]
    walk.labels[walk.one(operation)] = Label(tuple(terms))


def block(walk: Walk, operation: Operation) -> None:
    """Anything whose scales cannot be followed: all that enters keeps its size, and so does what leaves."""
    for value in dict.fromkeys(operation.inputs):
        walk.system.fix(walk.of(value), reason_of(walk, operation))
    for value in operation.outputs:
        walk.labels[value] = Label()


def reason_of(walk: Walk, operation: Operation) -> str:
    """Return in words why an operation keeps sizes."""
    if operation.name == "untraced":
        return f"{operation.module or 'the model'} runs code that cannot be traced"
    if operation.name == "overwritten":
        return f"memory shared by two tensors is overwritten in {operation.module or 'the model'}"
    return f"{walk.where(operation)} is not homogeneous"


def number_label(number: Any) -> Label:
    """Return the label of a number: 0 fits every scale."""
    return Label((Term(torch.full((1,), WILD)),)) if number == 0 else Label()


def _add_number(walk: Walk, operation: Operation, value: Value, number: float) -> None:
    label = walk.of(value)
    if 0 < number <= EPSILON and operation.name == "add":
        walk.system.notice(label)
    elif number:
        walk.system.fix(label, f"{walk.where(operation)} adds the number {number:g}")
        label = Label()
    walk.set(walk.one(operation), label)
