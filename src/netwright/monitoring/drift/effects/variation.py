"""Total variation: the share of rows that would have to change class."""

import numpy as np
from numpy.typing import NDArray


class TotalVariation:
    """Total variation: half of the sum of |q - p| over the classes, which have no order.

    Args:
        threshold: 0.1: one row in ten has another class.

    >>> TotalVariation().between(np.array([50, 50]), np.array([[9, 1]])).round(2).tolist()
    [0.4]
    """

    name = "total variation"

    def __init__(self, threshold: float | None = 0.1) -> None:
        self.threshold = threshold

    def between(self, reference: NDArray[np.int64], rows: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the distance of each tally, see `EffectSize.between`."""
        then = reference / max(reference.sum(), 1)
        now = rows / rows.sum(axis=1, keepdims=True)
        return np.asarray(0.5 * np.abs(now - then).sum(axis=1), np.float64)
