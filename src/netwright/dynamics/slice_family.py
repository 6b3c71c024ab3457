"""Families whose charges weigh sums over slices of parameters."""

from collections.abc import Set
from dataclasses import dataclass, replace
from math import prod
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from netwright.dynamics.family import Floats, Tensors
from netwright.dynamics.slicing import Slicing
from netwright.records.symmetry import Symmetry


@dataclass(frozen=True)
class SliceFamily:
    """Charges that weigh sums over slices of parameters.

    Args:
        symmetry: What it is, in words and counts.
        slicings: How its parameters are cut.
        weights: (charges, slices of all slicings one after the other): the diagonal of D on each slice of a quadratic
            charge, the entries of a on each slice of a linear one.

    A rescale symmetry weighs the squares of the rows of a producer with +1, of the columns of its consumer with -1:

    >>> import torch
    >>> rows, columns = Slicing("producer", (2, 3), (0,)), Slicing("consumer", (1, 2), (1,))
    >>> weights = sparse.csr_array(np.array([[1.0, 0.0, -1.0, 0.0], [0.0, 1.0, 0.0, -1.0]]))
    >>> symmetry = Symmetry(kind="rescale", place="a to b", parameters=("producer", "consumer"), count=2)
    >>> values = {"producer": torch.ones(2, 3), "consumer": torch.tensor([[1.0, 2.0]])}
    >>> SliceFamily(symmetry, (rows, columns), weights).along(values).tolist()
    [2.0, -1.0]
    """

    symmetry: Symmetry
    slicings: tuple[Slicing, ...]
    weights: sparse.csr_array

    @property
    def linear(self) -> bool:
        """Whether its charges are linear in the parameters."""
        return self.symmetry.kind in {"translation", "null"}

    def between(self, left: Tensors, right: Tensors) -> Floats:
        """Return <left, D right> of every charge: (count,)."""
        return np.asarray(self.weights @ slice_products(self.slicings, left, right))

    def along(self, values: Tensors) -> Floats:
        """Return <a, values> of every linear charge, or <values, D values> of every quadratic one: (count,)."""
        if self.linear:
            return np.asarray(self.weights @ slice_sums(self.slicings, values))
        return self.between(values, values)

    def named(self, symmetry: Symmetry) -> Self:
        """Return the same family, described otherwise."""
        return replace(self, symmetry=symmetry)

    def without(self, parameters: Set[str]) -> Self:
        """Return the family that leaves some parameters alone; the same where none or all of its own are among them."""
        kept = [at for at, slicing in enumerate(self.slicings) if slicing.parameter not in parameters]
        if not kept or len(kept) == len(self.slicings):
            return self
        ends = np.cumsum([slicing.count for slicing in self.slicings])
        columns = np.concatenate([np.arange(ends[at] - self.slicings[at].count, ends[at]) for at in kept])
        slicings = tuple(self.slicings[at] for at in kept)
        names = tuple(dict.fromkeys(slicing.parameter for slicing in slicings))
        symmetry = self.symmetry.model_copy(update={"parameters": names})
        return replace(self, symmetry=symmetry, slicings=slicings, weights=sparse.csr_array(self.weights[:, columns]))

    def only(self, charges: NDArray[np.bool_]) -> Self:
        """Return the family with some of its charges alone: (count,)."""
        symmetry = self.symmetry.model_copy(update={"count": int(charges.sum())})
        return replace(self, symmetry=symmetry, weights=sparse.csr_array(self.weights[charges]))

    def magnitude(self, values: Tensors) -> Floats:
        """Return Q1 + Q2 = <values, |D| values>, or |a| |values_A| of linear charges: (count,)."""
        squares = slice_products(self.slicings, values, values)
        if not self.linear:
            return np.asarray(abs(self.weights) @ squares)
        elements = np.concatenate([np.full(s.count, _inside(s)) for s in self.slicings])
        moved = (self.weights != 0).astype(np.float64)
        return np.asarray(np.sqrt((self.weights.power(2) @ elements) * (moved @ squares)))


def slice_sums(slicings: tuple[Slicing, ...], values: Tensors) -> Floats:
    """Return the sums over all slices, one slicing after the other; zeros where values lack a parameter."""
    return np.concatenate(
        [s.sums(values[s.parameter]).cpu().numpy() if s.parameter in values else np.zeros(s.count) for s in slicings]
    )


def slice_products(slicings: tuple[Slicing, ...], left: Tensors, right: Tensors) -> Floats:
    """Return the sums over all slices of left * right; zeros where either lacks a parameter."""
    return np.concatenate(
        [
            s.products(left[s.parameter], right[s.parameter]).cpu().numpy()
            if s.parameter in left and s.parameter in right
            else np.zeros(s.count)
            for s in slicings
        ]
    )


def _inside(slicing: Slicing) -> int:
    """Return how many elements a slice has."""
    return prod(slicing.view) // max(1, slicing.count)
