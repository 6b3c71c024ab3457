"""Families whose charges are matrices: the general linear symmetries of attention heads and of linear pairs."""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from torch import Tensor

from netwright.dynamics.family import Floats, Tensors
from netwright.records.symmetry import Symmetry


@dataclass(frozen=True)
class Factor:
    """One matrix (width, *) of a head inside a parameter: `width` entries of one dimension of a view, from `start` on.

    Args:
        parameter: Its name in the model.
        view: A shape with as many elements as the parameter.
        axis: Dimension of the view that numbers the head's coordinates.
        start: First of them.
        sign: +1 of a producer A, -1 of a consumer C; of a consumer it is C^T, so that all are (width, *).

    >>> import torch
    >>> Factor("w", (4, 1), 0, 2, 1).matrix(torch.arange(4.0), 2).tolist()
    [[2.0], [3.0]]
    """

    parameter: str
    view: tuple[int, ...]
    axis: int
    start: int
    sign: int

    def matrix(self, values: Tensor, width: int) -> Tensor:
        """Return the head's matrix (width, elements / width of the rest), in float64."""
        seen = values.detach().reshape(self.view).narrow(self.axis, self.start, width)
        return seen.movedim(self.axis, 0).reshape(width, -1).double()


@dataclass(frozen=True)
class HeadFamily:
    """Charges M = sum A A^T - sum C^T C of heads: the upper triangle of a symmetric (width, width) matrix a head.

    Args:
        symmetry: What it is, in words and counts.
        heads: The factors of each head.
        width: Coordinates of a head, d; each head has d (d + 1) / 2 charges, row by row of the upper triangle.

    GL charges obey the law of SGD with the curvature N = G_A G_A^T - G_C^T G_C: `between` of the gradient with itself.

    >>> import torch
    >>> symmetry = Symmetry(kind="general linear", place="a to c", parameters=("a", "c"), count=3)
    >>> pair = (Factor("a", (2, 3), 0, 0, 1), Factor("c", (1, 2), 1, 0, -1))
    >>> values = {"a": torch.ones(2, 3), "c": torch.tensor([[1.0, 2.0]])}
    >>> HeadFamily(symmetry, (pair,), 2).along(values).tolist()
    [2.0, 1.0, -1.0]
    """

    symmetry: Symmetry
    heads: tuple[tuple[Factor, ...], ...]
    width: int

    @property
    def linear(self) -> bool:
        """Whether its charges are linear in the parameters: never."""
        return False

    def between(self, left: Tensors, right: Tensors) -> Floats:
        """Return the symmetric part of sum +-L R^T, its upper triangle, head after head: (count,)."""
        upper = np.triu_indices(self.width)
        matrices = [self._sum(head, left, right, signed=True) for head in self.heads]
        return np.concatenate([((m + m.T) / 2)[upper] for m in matrices])

    def along(self, values: Tensors) -> Floats:
        """Return the upper triangle of M, head after head: (count,)."""
        return self.between(values, values)

    def named(self, symmetry: Symmetry) -> Self:
        """Return the same family, described otherwise."""
        return replace(self, symmetry=symmetry)

    def magnitude(self, values: Tensors) -> Floats:
        """Return sqrt(m_ii m_jj) with m = sum A A^T + sum C^T C, laid out as the charges: (count,)."""
        upper = np.triu_indices(self.width)
        roots = [np.sqrt(np.diag(self._sum(head, values, values, signed=False))) for head in self.heads]
        return np.concatenate([np.outer(root, root)[upper] for root in roots])

    def _sum(self, head: tuple[Factor, ...], left: Tensors, right: Tensors, signed: bool) -> Floats:
        total: Floats = np.zeros((self.width, self.width))
        for factor in head:
            if factor.parameter in left and factor.parameter in right:
                one = factor.matrix(left[factor.parameter], self.width)
                other = one if left is right else factor.matrix(right[factor.parameter], self.width)
                total += (one @ other.T).cpu().numpy() * (factor.sign if signed else 1)
        return total
