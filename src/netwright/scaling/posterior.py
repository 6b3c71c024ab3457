"""What seed noise leaves open about a, b and c: a grid over the exponent, Student-t in the other two."""

from dataclasses import dataclass

import numpy as np
from scipy import special

from netwright.scaling.least_squares import HIGHEST_EXPONENT, LOWEST_EXPONENT, Points, Sums, sums
from netwright.scaling.noise import Noise
from netwright.scaling.observations import Floats

PRIOR_EXPONENT = 0.4
PRIOR_WIDTH = 0.6
"""ln b ~ N(ln 0.4, 0.6^2): nine in ten exponents between 0.15 and 1.07 (Hestness et al. 2017 found 0.07 to 0.35 for
the errors of whole tasks with c = 0; with a floor, exponents are larger)."""

INFLATIONS = 2.0 ** np.arange(11)
INFLATION_PRIOR = np.concatenate([[0.75], 0.25 * INFLATIONS[1:] ** -1 / np.sum(INFLATIONS[1:] ** -1)])
"""How many times larger than seed noise makes it the variance of a mean may be, and how likely that is beforehand:
three in four curves follow the law exactly, and of the others every doubling of the misfit is half as likely."""

_POINTS = (80, 80, 120)
_TAIL = 1e-5
_BEYOND = 3.0


@dataclass(frozen=True)
class Posterior:
    """The joint density of (b, inflation) on a grid, and what (a, c) are given both.

    Args:
        sums: Sufficient statistics at the G exponents.
        probability: (G, L) probability of each cell.
        variance: (G, L) squared scale of the Student-t distribution, relative to the weights.
        degrees: Its degrees of freedom.
        highest_floor: (G, L) upper end of c; beyond, a is negative beyond doubt.
    """

    sums: Sums
    probability: Floats
    variance: Floats
    degrees: float
    highest_floor: Floats

    @property
    def floor_scale(self) -> Floats:
        """(G, L) scale of the Student-t distribution of c."""
        s = self.sums
        return np.sqrt(self.variance * (s.wxx / (s.w * s.spread))[:, None])


def truncated_t(degrees: float, low: Floats, high: Floats) -> tuple[Floats, Floats, Floats]:
    """Return the part of a standard Student-t distribution between two bounds.

    Args:
        degrees: Degrees of freedom.
        low: Lower bounds.
        high: Upper bounds, of the same shape, not below the lower ones.

    Returns:
        (start, mass, side): the probability between the bounds, where it starts, counted from the tail nearest to
        it so that nothing cancels, and which tail that is: 1 the lower, -1 the upper.
    """
    side = np.where(low + high > 0, -1.0, 1.0)
    start = special.stdtr(degrees, np.where(side > 0, low, -high))
    end = special.stdtr(degrees, np.where(side > 0, high, -low))
    return start, np.maximum(end - start, 0.0), side


def grid_posterior(points: Points, noise: Noise) -> Posterior:
    """Return the posterior on a grid, even in ln b, that covers where it lives.

    The likelihood of means about the law, times that of seeds about their means, with the noise integrated out
    under the prior 1/sigma, and a flat measure on a > 0 and c >= 0 (Gelman et al. 2013, sections 3.2 and 14.2; the
    prior of c enters as a weight in `draw`):
    p(ln b, l) ~ p(ln b) p(l) l^(1 - K/2) |X'WX|^(-1/2) (S + R(b)/l)^(-nu/2) P(c valid | b, l), nu = K + degrees - 2,
    where S is the sum of squares between seeds, R(b) that about the law, and l the inflation of its variance.

    Args:
        points: Weighted means at K sizes.
        noise: The deviation between seeds.

    Returns:
        The posterior on the finest grid.
    """
    low, high = LOWEST_EXPONENT, HIGHEST_EXPONENT
    for count in _POINTS:
        b = np.geomspace(low, high, count)
        posterior = _on_grid(points, noise, b)
        reached = np.cumsum(posterior.probability.sum(axis=1))
        first, last = np.searchsorted(reached, [_TAIL, 1 - _TAIL])
        low, high = b[max(first - 1, 0)], b[min(last + 1, count - 1)]
    return posterior


def _on_grid(points: Points, noise: Noise, b: Floats) -> Posterior:
    s = sums(points, b)
    sizes = len(points.means)
    degrees = sizes + noise.degrees - 2
    squares = noise.squares + s.residual[:, None] / INFLATIONS
    variance = squares / degrees * INFLATIONS
    # here the mean of a given c is three standard deviations below zero
    highest = np.minimum((s.wxy[:, None] + _BEYOND * np.sqrt(variance * s.wxx[:, None])) / s.wx[:, None], 1.0)
    posterior = Posterior(s, np.empty(0), variance, degrees, highest)
    centre, scale = s.intercept[:, None], posterior.floor_scale
    mass = truncated_t(degrees, -centre / scale, (highest - centre) / scale)[1]
    log_density = (
        (-0.5 * (np.log(b / PRIOR_EXPONENT) / PRIOR_WIDTH) ** 2 - 0.5 * np.log(s.spread))[:, None]
        + np.log(INFLATION_PRIOR)
        + (1 - sizes / 2) * np.log(INFLATIONS)
        - degrees / 2 * np.log(squares)
        + np.log(np.maximum(mass, 1e-300))
    )
    density = np.exp(log_density - log_density.max())
    return Posterior(s, density / density.sum(), variance, degrees, highest)
