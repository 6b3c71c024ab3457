"""The Wasserstein distance: how far values moved on average, in spreads of the reference."""

import numpy as np
from numpy.typing import NDArray


class Wasserstein:
    """The first Wasserstein distance: integral of |F(x) - G(x)| dx, over the reference's spread.

    Each bin stands for the mean of its reference values, so it says how far rows moved within the reference's range;
    missing values are left out.

    Args:
        centres: The value that each bin of numbers stands for, ascending.
        spread: Of the reference; the distance is 0 where it is 0.

    Source: S. Vallender, Calculation of the Wasserstein distance between probability distributions on the line, 1974.

    >>> Wasserstein(np.array([0.0, 2.0]), 1.0).between(np.array([50, 50, 0]), np.array([[9, 1, 3]])).round(2).tolist()
    [0.8]
    """

    name = "Wasserstein"
    threshold: float | None = None

    def __init__(self, centres: NDArray[np.float64], spread: float) -> None:
        self._gaps = np.diff(centres) / spread if spread > 0 else np.zeros(max(len(centres) - 1, 0))

    def between(self, reference: NDArray[np.int64], rows: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the distance of each tally, see `EffectSize.between`; 0 where all its rows are missing."""
        then, now = reference[:-1], rows[:, :-1]
        shares = np.cumsum(then)[:-1] / max(then.sum(), 1)
        present = now.sum(axis=1, keepdims=True)
        moved = np.abs(np.cumsum(now, axis=1)[:, :-1] / np.maximum(present, 1) - shares)
        return np.asarray((moved * self._gaps).sum(axis=1) * (present[:, 0] > 0), np.float64)
