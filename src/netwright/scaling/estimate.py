"""Draws of a figure become its estimate."""

from collections.abc import Sequence

import numpy as np

from netwright.records.measurement import LEVEL
from netwright.records.scalability import Estimate
from netwright.scaling.observations import Floats


def estimate(draws: Sequence[float] | Floats) -> Estimate:
    """Return the median of draws with their 5% and 95% quantiles.

    Quantiles are draws themselves, not mixtures of two, so that infinite ones do no harm.

    Args:
        draws: Equally weighted draws, at least one, none NaN.

    Returns:
        (median, low, high).

    >>> estimate([3.0, 1.0, 2.0, float("inf"), 4.0])
    (3.0, 1.0, inf)
    """
    levels = [0.5, (1 - LEVEL) / 2, (1 + LEVEL) / 2]
    value, low, high = np.quantile(np.asarray(draws, dtype=float), levels, method="inverted_cdf")
    return float(value), float(low), float(high)
