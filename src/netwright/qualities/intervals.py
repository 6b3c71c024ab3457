"""Closed-form intervals of shares and of means over test images."""

from math import sqrt
from statistics import NormalDist

import torch
from torch import Tensor

from netwright.records.measurement import LEVEL

Z = NormalDist().inv_cdf((1 + LEVEL) / 2)
"""Half the width of a two-sided normal interval of that level, in standard deviations."""


def wilson_interval(successes: int, n: int, z: float = Z) -> tuple[float, float]:
    """Return the Wilson score interval of a share.

    Centre (s + z^2/2) / (n + z^2), half width z/(n + z^2) sqrt(s (n - s)/n + z^2/4); unlike s/n +- z se it is never
    of width zero. Source: Wilson 1927; Brown, Cai and DasGupta 2001, section 3.1.1.

    Args:
        successes: How often it happened.
        n: How often it could have, at least 1.
        z: Half the width of the normal interval of the level, in standard deviations; that of 90% if not given.

    Returns:
        (low, high) at that level.

    >>> [round(end, 4) for end in wilson_interval(8, 10)]
    [0.5408, 0.9314]
    """
    centre = (successes + z**2 / 2) / (n + z**2)
    half = z / (n + z**2) * sqrt(successes * (n - successes) / n + z**2 / 4)
    # at 0 and n the ends are exact; rounding would leave the value outside its own interval
    low = 0.0 if successes == 0 else centre - half
    high = 1.0 if successes == n else centre + half
    return low, high


def mean_interval(values: Tensor, lowest: float, highest: float) -> tuple[float, float]:
    """Return the normal interval of a mean, mean +- z s / sqrt(n), cut to the possible range.

    The central limit theorem carries it from some 30 images on.

    Args:
        values: One number an image, (N,).
        lowest: The smallest possible mean.
        highest: The largest possible mean.

    Returns:
        (low, high) at the 90% level; the whole range for a single image, which says nothing of the spread.

    >>> [round(end, 4) for end in mean_interval(torch.tensor([0.0, 1.0, 0.0, 1.0]), 0.0, 1.0)]
    [0.0252, 0.9748]
    """
    if len(values) == 1:
        return lowest, highest
    spread, middle = torch.std_mean(values.double())
    half = Z * float(spread) / sqrt(len(values))
    return max(lowest, float(middle) - half), min(highest, float(middle) + half)
