"""The Kolmogorov-Smirnov distance: the largest difference of the distribution functions."""

import numpy as np
from numpy.typing import NDArray


class KolmogorovSmirnov:
    """The Kolmogorov-Smirnov distance: max over x of |F(x) - G(x)|, with missing values above all others.

    Between bins it is at most the distance between the values themselves, and less by at most the share of one bin.

    Args:
        threshold: 0.1: one row in ten has gone elsewhere.

    >>> KolmogorovSmirnov().between(np.array([50, 50, 0]), np.array([[9, 1, 0]])).round(2).tolist()
    [0.4]
    """

    name = "KS"

    def __init__(self, threshold: float | None = 0.1) -> None:
        self.threshold = threshold

    def between(self, reference: NDArray[np.int64], rows: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the distance of each tally, see `EffectSize.between`."""
        then = np.cumsum(reference) / max(reference.sum(), 1)
        now = np.cumsum(rows, axis=1) / rows.sum(axis=1, keepdims=True)
        return np.asarray(np.abs(now - then).max(axis=1), np.float64)
