"""How much errors differ between seeds, relative to the error itself."""

from dataclasses import dataclass

import numpy as np

from netwright.scaling.law_fit import fit_law
from netwright.scaling.laws.power_law import POWER_LAW
from netwright.scaling.least_squares import Points
from netwright.scaling.observations import Floats, Observations

ASSUMED_NOISE = 0.05
"""Relative deviation between seeds that is assumed where no size has two seeds (typical of small image models)."""

ASSUMED_DEGREES = 1
"""How many degrees of freedom the assumption is worth: the fewest, so that the residuals can overrule it."""

SMALLEST_NOISE = 1e-3
"""No test set resolves a smaller relative difference: 0.1% of an error of 0.1 is one image in 10,000."""

SMALLEST_SHARE = 0.01
"""Errors below this share of the largest one weigh no more than it: a relative deviation of zero means nothing."""


@dataclass(frozen=True)
class Noise:
    """The pooled relative deviation between seeds.

    Args:
        squares: Sum of squared relative deviations from the mean of the size.
        degrees: Degrees of freedom: errors minus sizes.
        assumed: Whether no size had two seeds, so that the noise is an assumption.
    """

    squares: float
    degrees: float
    assumed: bool

    @property
    def deviation(self) -> float:
        """The relative standard deviation between seeds."""
        return float(np.sqrt(self.squares / self.degrees))


def pool_noise(observations: Observations, expected: Floats) -> Noise:
    """Return the pooled relative deviation between seeds.

    sigma^2 = sum_ks ((e_ks - mean_k) / e_k)^2 / sum_k (S_k - 1), e_k the expected error at size k.

    Args:
        observations: Errors at K sizes.
        expected: (K,) expected errors, positive.

    Returns:
        The noise; an assumed one where no size has two seeds.

    >>> from netwright.scaling.observations import observe
    >>> seen = observe([1, 2, 4], [[0.5, 0.4], [0.4, 0.3], [0.3, 0.2]])
    >>> round(pool_noise(seen, np.array([0.5, 0.5, 0.5])).deviation, 6)  # 0.1 / sqrt(2) / 0.5
    0.141421
    """
    degrees = float((observations.counts - 1).sum())
    if degrees == 0:
        return Noise(ASSUMED_DEGREES * ASSUMED_NOISE**2, ASSUMED_DEGREES, assumed=True)
    relative = (np.sort(observations.errors, axis=1) - observations.means[:, None]) / expected[:, None]
    return Noise(max(float(np.nansum(relative**2)), degrees * SMALLEST_NOISE**2), degrees, assumed=False)


def weigh(observations: Observations) -> tuple[Points, Floats]:
    """Return means with weights S_k / e_k^2, since relative noise grows with the expected error.

    Weights from the measured means favour those that fell too low by chance; so a first fit with them gives the
    expected errors, and these give the weights.

    Args:
        observations: Errors at K sizes.

    Returns:
        The weighted points, and the (K,) expected errors behind the weights.
    """
    smallest = max(SMALLEST_SHARE * float(observations.means.max()), 1e-6)
    ratios, means, counts = observations.ratios, observations.means, observations.counts
    first = Points(ratios, means, counts / np.maximum(means, smallest) ** 2)
    expected = np.maximum(fit_law(POWER_LAW, first).predict(ratios), smallest)
    return Points(ratios, means, counts / expected**2), np.asarray(expected)
