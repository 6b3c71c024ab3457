"""The variables of a network's scales, and the equations between them that its operations demand."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import prod

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from netwright.dynamics.scales.label import FIXED, WILD, Label, Term, varies

Ints = NDArray[np.int64]
Row = tuple[tuple[int, float], ...]
"""One equation: sum of factor * variable = 0."""


@dataclass
class System:
    """Homogeneous linear equations between logarithmic scales, gathered operation by operation.

    Args:
        count: Variables so far, the fixed one included.
        pairs: Equations a + sign b = 0, as (variable, variable, sign) in arrays.
        zeros: Variables that are 0, and the number of the reason, in arrays.
        rows: All other equations, each with the number of its reason.
        reasons: Why variables are 0, in words.
        rough: Scales that an epsilon notices: an exact symmetry leaves these sums at 0.
    """

    count: int = 1
    pairs: list[tuple[Ints, Ints, int]] = field(default_factory=list)
    zeros: list[tuple[Ints, int]] = field(default_factory=list)
    rows: list[tuple[Row, int]] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    rough: list[Row] = field(default_factory=list)

    def fresh(self, *shape: int) -> Tensor:
        """Return new variables in a tensor of a shape."""
        start, self.count = self.count, self.count + prod(shape)
        return torch.arange(start, self.count).reshape(shape)

    def fix(self, label: Label, reason: str) -> None:
        """Demand that a value keeps its size: sum of its terms = 0.

        Args:
            label: Of the value.
            reason: Why, in words; "" where nobody would expect it to move.
        """
        self.demand(label.terms, reason)

    def equate(self, left: Label, right: Label, reason: str) -> None:
        """Demand that two values have the same scale, element by element, broadcast to each other."""
        self.demand((*left.terms, *right.times(-1).terms), reason)

    def gather(self, label: Label, axes: Sequence[int], reason: str) -> Label:
        """Demand that a value has one scale along axes, and return its label with these axes kept as 1.

        Args:
            label: Of the value.
            axes: Along which the scale must not vary.
            reason: Why, in words.

        Returns:
            A label that is constant along the axes, which have length 1.
        """
        moving = [term for term in label.terms if any(varies(term.ids, axis) for axis in axes)]
        still = [Term(_first(term.ids, axes), term.factor) for term in label.terms if term not in moving]
        if not moving:
            return Label(tuple(still))
        # one term is gathered without its factor, which keeps the equations free of fractions
        factor = moving[0].factor if len(moving) == 1 else 1.0
        shape = np.broadcast_shapes(*(term.ids.shape for term in moving))
        one = self.fresh(*(1 if axis in axes else side for axis, side in enumerate(shape)))
        self.demand((*(Term(term.ids, term.factor / factor) for term in moving), Term(one, -1.0)), reason)
        return Label((*still, Term(one, factor)))

    def demand(self, terms: Sequence[Term], reason: str) -> None:
        """Demand that terms sum to 0, element by element where none is wild.

        Args:
            terms: The summands, broadcast to each other.
            reason: Why, in words.
        """
        if not terms:
            return
        ids = _distinct([term.ids for term in terms])
        factors = np.array([term.factor for term in terms])
        live = (ids != FIXED).sum(1)
        number = self._reason(reason)
        if ids.shape[1] <= 2:
            self._pairs(ids, factors, number)
        else:
            for row in ids[live > 0]:
                self._row(_merged(row, factors), number)

    def notice(self, label: Label) -> None:
        """Note that an epsilon is added to a value: scales that move it hold only roughly."""
        if label.terms:
            factors = np.array([term.factor for term in label.terms])
            self.rough += [_merged(row, factors) for row in _distinct([term.ids for term in label.terms])]

    def _pairs(self, ids: Ints, factors: NDArray[np.float64], number: int) -> None:
        if ids.shape[1] == 1:
            self.zeros.append((ids[ids[:, 0] != FIXED, 0], number))
            return
        (one, other), (f, g) = ids.T, factors
        lone = np.concatenate([one[other == FIXED], other[one == FIXED]])
        if f + g:
            lone = np.concatenate([lone, one[one == other]])
        self.zeros.append((lone[lone != FIXED], number))
        both = (one != FIXED) & (other != FIXED) & (one != other)
        if abs(f) == abs(g):
            self.pairs.append((one[both], other[both], int(np.sign(f * g))))
        else:
            self.rows += [(((int(a), float(f)), (int(b), float(g))), number) for a, b in ids[both]]

    def _row(self, row: Row, number: int) -> None:
        if len(row) == 1:
            self.zeros.append((np.array([row[0][0]]), number))
        elif len(row) == 2 and abs(row[0][1]) == abs(row[1][1]):
            (a, f), (b, g) = row
            self.pairs.append((np.array([a]), np.array([b]), int(np.sign(f * g))))
        elif row:
            self.rows.append((row, number))

    def _reason(self, reason: str) -> int:
        if reason not in self.reasons:
            self.reasons.append(reason)
        return self.reasons.index(reason)


def _first(ids: Tensor, axes: Sequence[int]) -> Tensor:
    for axis in axes:
        ids = ids.narrow(axis, 0, 1)
    return ids


def _distinct(ids: Sequence[Tensor]) -> Ints:
    """Return the distinct rows of variables that stand at the same element, without rows that have a wild one."""
    shape = np.broadcast_shapes(*(one.shape for one in ids))
    wide = [one.expand(shape) for one in ids]
    for axis in range(len(shape)):
        if all(one.stride(axis) == 0 for one in wide):
            wide = [one.narrow(axis, 0, 1) for one in wide]
    columns = np.stack([one.reshape(-1).numpy() for one in wide], axis=1)
    columns = columns[(columns != WILD).all(1)]
    if columns.shape[1] == 1:
        return np.unique(columns[:, 0])[:, None]
    if columns.shape[1] == 2 and columns.size:
        width = int(columns.max()) + 1
        keys = np.unique(columns[:, 0] * width + columns[:, 1])
        return np.stack([keys // width, keys % width], axis=1)
    return np.unique(columns, axis=0)


def _merged(ids: Ints, factors: NDArray[np.float64]) -> Row:
    total: dict[int, float] = {}
    for variable, factor in zip(ids.tolist(), factors.tolist(), strict=True):
        total[variable] = total.get(variable, 0.0) + factor
    return tuple((variable, factor) for variable, factor in total.items() if factor and variable != FIXED)
