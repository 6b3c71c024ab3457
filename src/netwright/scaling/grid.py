"""Grids over the constants that enter a law nonlinearly, even on a logarithmic scale."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from netwright.scaling.laws.law import Law
from netwright.scaling.observations import Floats


@dataclass(frozen=True)
class Box:
    """Lowest and highest logarithm of each constant; or several such boxes, one a row.

    Args:
        low: (P,) or (S, P) lowest.
        high: (P,) or (S, P) highest.
    """

    low: Floats
    high: Floats

    def middles(self, counts: tuple[int, ...]) -> Floats:
        """Return the (G, P) middles of so many equal cells an axis, which fill the box; one empty row without axes."""
        inset = (self.high - self.low) / (2 * np.array(counts, dtype=float))
        return Box(self.low + inset, self.high - inset).cells(counts)

    def steps(self, counts: tuple[int, ...]) -> Floats:
        """Return the (P,) distances between neighbours on a grid of so many points an axis."""
        return np.asarray((self.high - self.low) / (np.array(counts, dtype=float) - 1))

    def cells(self, counts: tuple[int, ...]) -> Floats:
        """Return every combination of evenly spread points.

        Args:
            counts: Points an axis, both ends among them.

        Returns:
            (G, P) or (S, G, P) logarithms; one empty row where there is no axis.

        >>> Box(np.array([0.0, 0.0]), np.array([1.0, 3.0])).cells((2, 2)).tolist()
        [[0.0, 0.0], [0.0, 3.0], [1.0, 0.0], [1.0, 3.0]]
        """
        low, side = self.low[..., None, :], (self.high - self.low)[..., None, :]
        return np.asarray(low + _unit_cells(counts) * side)

    def around(self, centre: Floats, reach: Floats) -> "Box":
        """Return the box of so far a reach about a point, moved where it would stick out of this one.

        Args:
            centre: (P,) logarithms inside this box.
            reach: (P,) half the sides of the new box, at most half those of this one.

        Returns:
            The box.
        """
        low = np.clip(centre - reach, self.low, self.high - 2 * reach)
        return Box(low, low + 2 * reach)

    def at_edge(self, point: Floats) -> NDArray[np.bool_]:
        """Return which of the (P,) logarithms of a point of this box are the lowest or the highest."""
        slack = 1e-9 * (self.high - self.low)
        return np.asarray((point <= self.low + slack) | (point >= self.high - slack))

    def enclosing(self, cells: Floats, steps: Floats) -> "Box":
        """Return the part of this box that holds some cells and their neighbours.

        Args:
            cells: (N, P) logarithms.
            steps: (P,) how far neighbours are.

        Returns:
            The box.
        """
        low, high = cells.min(axis=0) - steps, cells.max(axis=0) + steps
        return Box(np.maximum(low, self.low), np.minimum(high, self.high))


@cache
def _unit_cells(counts: tuple[int, ...]) -> Floats:
    if not counts:
        return np.zeros((1, 0))
    grids = np.meshgrid(*(np.linspace(0.0, 1.0, count) for count in counts), indexing="ij")
    cells = np.stack([grid.ravel() for grid in grids], axis=1)
    cells.setflags(write=False)
    return cells


def whole(law: Law, ratios: Floats) -> Box:
    """Return the box of all values that a law's constants may take.

    Args:
        law: The law.
        ratios: (K,) sizes over n0.

    Returns:
        The box; with no sides for a law that has no such constants.
    """
    bounds = np.log(np.array([axis.bounds(ratios) for axis in law.axes]).reshape(-1, 2))
    return Box(bounds[:, 0], bounds[:, 1])
