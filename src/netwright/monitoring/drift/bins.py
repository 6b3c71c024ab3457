"""Bins: where edges lie, and which bin a number falls into."""

import numpy as np
from numpy.typing import NDArray

from netwright.records.reference import FeatureReference

QUANTILES = 48
"""Bins of equal share that the edges aim at, besides the finer ones in the tails."""
TAILS = (0.002, 0.005, 0.01)
"""Shares in either tail at which there is an edge of its own."""


def choose_edges(values: NDArray[np.float32]) -> tuple[float, ...]:
    """Return edges so that bins have about equal shares, and every frequent value a bin of its own.

    Edges lie at quantiles, at the least value and just above the greatest. A value so frequent that several quantiles
    fall on it gets an edge at it and one just above it, so that a constant, a flag or a code is told from what lies
    beside it.

    Args:
        values: (N,); what is not finite is left out.

    Returns:
        Inner edges, ascending; empty where no value is finite.

    >>> choose_edges(np.array([0, 0, 0, 1], np.float32))
    (0.0, 1.401298464324817e-45, 1.0, 1.0000001192092896)
    """
    finite = np.sort(values[np.isfinite(values)].astype(np.float32))
    if not len(finite):
        return ()
    shares = np.concatenate([np.arange(QUANTILES) / QUANTILES, TAILS, 1 - np.array(TAILS), [1.0]])
    places = np.sort(np.minimum((shares * len(finite)).astype(np.int64), len(finite) - 1))
    chosen, times = np.unique(finite[places], return_counts=True)
    frequent = np.searchsorted(finite, chosen, "right") - np.searchsorted(finite, chosen, "left")
    atoms = chosen[(frequent > 1) & ((times > 1) | (frequent * QUANTILES >= len(finite)))]
    # just above the largest of all numbers lies infinity, which is no edge
    with np.errstate(over="ignore"):
        above = np.nextafter(np.append(atoms, finite[-1]), np.float32(np.inf))
    edges = np.unique(np.concatenate([chosen, above[np.isfinite(above)]]).astype(np.float64))
    return tuple(edges.tolist())


class Bins:
    """The bins of several features, as one array operation uses them.

    Args:
        features: The reference of each.
    """

    def __init__(self, features: tuple[FeatureReference, ...]) -> None:
        self._edges = [np.asarray(feature.edges, np.float64) for feature in features]
        self.most = max((len(feature.counts) for feature in features), default=0)

    def of(self, numbers: NDArray[np.float32]) -> NDArray[np.int16]:
        """Return the bin of each number; a missing one (NaN) falls into its feature's last.

        Args:
            numbers: (N, F).

        Returns:
            (N, F), from 0.
        """
        found = np.empty(numbers.shape, np.int16)
        for column, edges in enumerate(self._edges):
            values = numbers[:, column].astype(np.float64)
            places = np.searchsorted(edges, values, "right")
            found[:, column] = np.where(np.isnan(values), len(edges) + 1, places)
        return found
