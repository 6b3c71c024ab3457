"""The logarithmic scale of every element of a value, as a sum of variables."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from netwright.dynamics.slicing import Slicing

FIXED = 0
"""The variable that is always 0: what carries it keeps its size."""

WILD = -1
"""Marks an element that is always 0, to which every scale fits."""


@dataclass(frozen=True, eq=False)
class Term:
    """One summand of a scale.

    Args:
        ids: A variable for every element, of the value's shape (often expanded).
        factor: What the variables are multiplied by.
    """

    ids: Tensor
    factor: float = 1.0


@dataclass(frozen=True, eq=False)
class Label:
    """The logarithmic scale of a value: element by element the sum of its terms; without terms it keeps its size.

    A value x may become exp(label) x for any values of the variables that the network's equations allow.

    Args:
        terms: The summands.
        leaf: The parameter that the value is a plain view of, if it is one.
    """

    terms: tuple[Term, ...] = ()
    leaf: "Leaf | None" = None

    def times(self, factor: float) -> "Label":
        """Return the label of the value raised to a power."""
        return Label(tuple(Term(term.ids, term.factor * factor) for term in self.terms))

    def plus(self, other: "Label") -> "Label":
        """Return the label of the product of two values; terms that cancel are gone."""
        terms: list[Term] = list(self.terms)
        for term in other.terms:
            same = next((mine for mine in terms if _same(mine.ids, term.ids)), None)
            if same is None:
                terms.append(term)
                continue
            terms.remove(same)
            if same.factor + term.factor:
                terms.append(Term(same.ids, same.factor + term.factor))
        return Label(tuple(terms))

    def expand(self, shape: tuple[int, ...]) -> "Label":
        """Return the label of the value broadcast to a shape."""
        return Label(tuple(Term(term.ids.expand(shape), term.factor) for term in self.terms), self.leaf)


@dataclass(eq=False)
class Leaf:
    """A parameter, its label, and how the variables of the label cut it.

    Args:
        name: Of the parameter.
        slicings: One a term of its label.
        variables: The variables of each slicing's slices, in its order.
        terms: Its label's terms.
        pinned: Whether the freedom to move a factor from its rows to its columns has been taken away.
    """

    name: str
    slicings: tuple[Slicing, ...]
    variables: tuple[Tensor, ...]
    terms: tuple[Term, ...]
    pinned: bool = False

    @property
    def label(self) -> Label:
        """Its scale, element by element."""
        return Label(self.terms, self)

    @property
    def anchors(self) -> Tensor:
        """The first column's variable of each of its matrices."""
        columns = self.slicings[1]
        return self.variables[1].reshape([columns.view[axis] for axis in columns.keep])[..., 0].reshape(-1)


def constant_label(tensor: Tensor) -> Label:
    """Return the label of a constant: its zeros fit every scale, the rest keeps its size."""
    if not tensor.is_floating_point() or bool((tensor != 0).all()):
        return Label()
    return Label((Term(torch.where(tensor.cpu() == 0, WILD, FIXED)),))


def varies(ids: Tensor, axis: int) -> bool:
    """Return whether variables differ along an axis.

    >>> ids = torch.tensor([[1, 2], [1, 2]])
    >>> varies(ids, 0), varies(ids, 1)
    (False, True)
    """
    if ids.shape[axis] < 2 or ids.stride(axis) == 0:
        return False
    return not bool((ids == ids.narrow(axis, 0, 1)).all())


def _same(left: Tensor, right: Tensor) -> bool:
    if left.shape != right.shape:
        shape = np.broadcast_shapes(left.shape, right.shape)
        left, right = left.expand(shape), right.expand(shape)
    return bool((left == right).all()) and not bool((left == WILD).any())
