"""What the rules of the scale algebra work on: the labels of all values so far."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from torch import Tensor

from netwright.dynamics.scales.kin import simplified
from netwright.dynamics.scales.label import FIXED, WILD, Label, Term, constant_label
from netwright.dynamics.scales.leaves import Leaves
from netwright.dynamics.scales.system import System
from netwright.structure.tape import Operation, Value


@dataclass
class Walk:
    """A walk along a tape: every value met so far with its label.

    Args:
        system: The equations so far.
        leaves: The parameters met so far.
        labels: The labels of computed values.
    """

    system: System = field(default_factory=System)
    leaves: Leaves = field(init=False)
    labels: dict[Value, Label] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.leaves = Leaves(self.system)

    def raw(self, value: Any) -> Label:
        """Return the label of a value as it is, a parameter's freedom between rows and columns untouched."""
        if not isinstance(value, Value) or value.origin in {"input", "buffer"}:
            return Label()
        if value.origin == "parameter":
            return self.leaves.leaf(value).label
        if value.origin == "constant":
            return constant_label(value.tensor)
        return self.labels.get(value, Label())

    def of(self, value: Any) -> Label:
        """Return the label of a value that enters element by element."""
        return self.leaves.pin(self.raw(value))

    def single(self, label: Label) -> Label:
        """Return a label of one term at most, with factor 1, that equals a label."""
        if len(label.terms) <= 1 and all(term.factor == 1 for term in label.terms):
            return label
        shape = tuple(np.broadcast_shapes(*(term.ids.shape for term in label.terms)))
        whole = self.system.fresh(*shape)
        self.system.demand((*label.terms, Term(whole, -1.0)), "")
        gaps = wild(label, shape)
        return Label((Term(whole if gaps is None else torch.where(gaps, WILD, whole)),))

    def set(self, value: Value, label: Label) -> None:
        """Give a value its label; one of several terms is written as simply as the equations allow."""
        whole = label.expand(value.shape)
        self.labels[value] = simplified(self.system, whole) if len(whole.terms) > 1 else whole

    def one(self, operation: Operation) -> Value:
        """Return the only output of an operation."""
        return operation.outputs[0]

    def where(self, operation: Operation) -> str:
        """Return an operation and its module in words."""
        return (
            f"{operation.name} in {operation.module}" if operation.module else f"{operation.name} in the model itself"
        )


def merged(system: System, left: Label, right: Label, shape: tuple[int, ...], reason: str) -> Label:
    """Return the label of a sum: both scales must agree, and where one summand is always 0, the other's counts.

    Args:
        system: Takes the equations.
        left: Label of one summand.
        right: Label of the other.
        shape: Of the sum.
        reason: Why the scales must agree, in words.

    Returns:
        The label of the sum.
    """
    left, right = left.expand(shape), right.expand(shape)
    gaps = wild(left, shape)
    system.equate(left, right, reason)
    if gaps is None:
        return Label(left.terms)
    if not left.terms or bool(gaps.all()):
        return Label(right.terms)
    return Label((*masked(left, gaps).terms, *masked(right, ~gaps).terms))


def wild(label: Label, shape: tuple[int, ...]) -> Tensor | None:
    """Return where a value is always 0; nothing where it never is."""
    gaps = [(term.ids < FIXED).expand(shape) for term in label.terms if bool((term.ids < FIXED).any())]
    return torch.stack(gaps).any(0) if gaps else None


def masked(label: Label, away: Tensor) -> Label:
    """Return a label whose terms are gone where a mask is set."""
    return Label(tuple(Term(torch.where(away, FIXED, term.ids), term.factor) for term in label.terms))
