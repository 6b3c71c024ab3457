"""Joint random draws: the same names always draw the same numbers, whoever else takes part."""

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from netwright.records.measurement import LEVEL

DRAWS = 10_000
"""Joint draws behind every probability: its standard error is at most 0.005."""


def stream(*names: str) -> np.random.Generator:
    """Return a generator of random numbers that depends on nothing but the names.

    A candidate keeps its random numbers when others are added, removed or listed in another order.

    Args:
        names: Such as the scenario, the quality and the candidate.

    Returns:
        The generator.

    >>> stream("garments", "accuracy").random() == stream("garments", "accuracy").random()
    True
    """
    digest = hashlib.sha256("\0".join(names).encode()).digest()
    return np.random.Generator(np.random.SFC64(int.from_bytes(digest[:16], "big")))


@dataclass(frozen=True)
class Common:
    """What the draws of all candidates have in common.

    Args:
        normal: Standard normal draws.
        share: The share of the variance before scaling that is common, in [0, 1).
    """

    normal: NDArray[np.float64]
    share: float


def noise(
    common: Common, variance: float, ratios: NDArray[np.float64] | None, width: float, own: np.random.Generator
) -> NDArray[np.float64]:
    """Return draws of s t + w z: Student t noise of which a share is common to all candidates, and normal noise.

    t = (sqrt(share) z_common + sqrt(1 - share) z_own) / m with m^2 = chi2_freedom / freedom. What is a candidate's own
    in s t + w z is, given m, a sum of two normals and so one normal: sqrt((1 - share) s^2 / m^2 + w^2) z. So each
    candidate's t is exactly Student, and the normals of two candidates are correlated by the share. All candidates
    take m from one sample, each from another place on, so that in a draw theirs are independent.

    Args:
        common: What is common to all candidates.
        variance: s^2.
        ratios: A sample of chi2_freedom / freedom; None for infinite freedom, which gives normal draws.
        width: w.
        own: The candidate's generator.

    Returns:
        As many draws as there are common ones.

    >>> ratios = stream("q", "ratios").chisquare(4.0, 20000) / 4.0
    >>> t = noise(Common(stream("q").standard_normal(20000), 0.5), 1.0, ratios, 0.0, stream("q", "mlp"))
    >>> round(float(np.quantile(t, 0.95)), 1)  # the 95% quantile of t with 4 degrees is 2.13
    2.1
    """
    count = len(common.normal)
    draws = own.standard_normal(count)
    if not variance:
        return width * draws
    spread = np.array([variance])  # one for all draws where the freedom is infinite
    if ratios is not None:
        start = int(own.integers(count))
        spread = variance / np.concatenate((ratios[start:], ratios[:start]))
    draws *= np.sqrt((1 - common.share) * spread + width**2)
    return draws + np.sqrt(common.share * spread) * common.normal if common.share else draws


def interval(draws: NDArray[np.float64]) -> tuple[float, float]:
    """Return the 90% interval of draws: their 5% and 95% quantiles, interpolated linearly.

    Args:
        draws: At least one draw without NaN.

    Returns:
        (low, high).

    >>> [round(end, 6) for end in interval(np.arange(101.0))]
    [5.0, 95.0]
    """
    ordered = np.sort(draws)  # several times as fast as partitioning
    return _quantile(ordered, (1 - LEVEL) / 2), _quantile(ordered, (1 + LEVEL) / 2)


def _quantile(ordered: NDArray[np.float64], share: float) -> float:
    position = share * (len(ordered) - 1)
    lower = int(position)
    below, above = float(ordered[lower]), float(ordered[min(lower + 1, len(ordered) - 1)])
    return below + (position - lower) * (above - below)
