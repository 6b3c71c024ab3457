"""What noise leaves open about a law of growth: a grid over exponent and fixed share, Student-t in the level."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special

from netwright.scaling.draws import even_points
from netwright.scaling.observations import Floats
from netwright.scaling.posterior import INFLATION_PRIOR, INFLATIONS

PRIOR_EXPONENT = 1.0
PRIOR_WIDTH = 0.4
"""ln p ~ N(ln 1, 0.4^2): nine in ten exponents between 0.52 and 1.93; a fixed number of epochs makes p = 1."""

LOWEST_EXPONENT, HIGHEST_EXPONENT = 0.1, 4.0
ASSUMED_NOISE = 0.05
"""Relative deviation between runs that is assumed where no size has two, worth one degree of freedom."""

SMALLEST_NOISE = 0.005
"""Runs are not trusted to agree better than 0.5%, even where they happen to: the next machine is another one."""

DRAWS = 1000
_GRIDS = (60, 80, 100)
_TAIL = 1e-5


@dataclass(frozen=True)
class Costs:
    """Costs that were measured at sizes, as logarithms: their noise is a factor.

    Args:
        ratios: (K,) sizes over their geometric mean, ascending.
        logs: (K,) mean of ln cost at each size.
        counts: (K,) how many costs each size has.
        squares: Sum of squares of ln cost about the mean of its size.
        degrees: Its degrees of freedom.
        assumed: Whether no size has two costs, so that the noise is an assumption.
    """

    ratios: Floats
    logs: Floats
    counts: Floats
    squares: float
    degrees: float
    assumed: bool

    @property
    def deviation(self) -> float:
        """The relative standard deviation of one cost."""
        return float(np.sqrt(self.squares / self.degrees))


def costs_of(measured: Mapping[int, Sequence[float]]) -> Costs:
    """Return measured costs in the form that fits read.

    Args:
        measured: Size -> its costs, all positive, at least one.

    Returns:
        The costs; their pooled noise is at least 0.5%, and 5% where no size has two.

    >>> seen = costs_of({100: [1.0, 1.0], 400: [2.0, 2.0]})
    >>> seen.ratios.tolist(), seen.counts.tolist(), seen.deviation
    ([0.5, 2.0], [2.0, 2.0], 0.005)
    """
    sizes = sorted(measured)
    relative = np.asarray(sizes, dtype=float) / sizes[0]
    # in sorted order, so that the order of the seeds cannot move the last digit
    rows = [np.log(np.sort(np.asarray(measured[size], dtype=float))) for size in sizes]
    logs, counts = np.array([row.mean() for row in rows]), np.array([float(len(row)) for row in rows])
    degrees = float((counts - 1).sum())
    squares = sum(float(((row - row.mean()) ** 2).sum()) for row in rows)
    ratios = relative / np.exp(np.log(relative).mean())
    if degrees == 0:
        return Costs(ratios, logs, counts, ASSUMED_NOISE**2, 1.0, assumed=True)
    return Costs(ratios, logs, counts, max(squares, degrees * SMALLEST_NOISE**2), degrees, assumed=False)


def misfit(costs: Costs, p: Floats, angle: Floats) -> tuple[Floats, Floats]:
    """Return how far costs are from laws of given exponent and fixed share, at the best level of each.

    ln T = ln level + ln(share + (1 - share) (n/n0)^p), share = t0/(t0 + t1) = sin^2 angle. The level enters linearly,
    so its best value is a mean (variable projection).

    Args:
        costs: What was measured.
        p: Exponents.
        angle: Angles in [0, pi/2], of a shape that broadcasts with p.

    Returns:
        (residual, level): the sum of squares that is left, and the best ln level, both of the broadcast shape.
    """
    share = np.sin(angle)[..., None] ** 2
    off = costs.logs - np.log(share + (1 - share) * costs.ratios ** p[..., None])
    level = off @ costs.counts / costs.counts.sum()
    return np.asarray(((off - level[..., None]) ** 2) @ costs.counts), np.asarray(level)


def draw(costs: Costs) -> Floats:
    """Return draws of (t0, t1, p) from the posterior.

    p(ln p, angle, l) ~ p(ln p) p(l) l^(-(K - 1)/2) (S + R/l)^(-nu/2), nu = K + degrees - 1, on a grid that is refined
    around where it lives; S is the sum of squares between seeds, R that about the law, and l how many times larger
    than seed noise makes it the variance of a size's mean may be. The share of t0 has the arcsine prior (flat in the
    angle), which rules out neither t0 = 0 nor t1 = 0. Given a cell, ln level is Student-t with nu degrees.

    Args:
        costs: What was measured, at K sizes.

    Returns:
        (1000, 3) draws, equally weighted, from evenly spread points: the same every time.
    """
    log_p = _Axis(np.log(LOWEST_EXPONENT), np.log(HIGHEST_EXPONENT), _GRIDS[0])
    angle = _Axis(0.0, np.pi / 2, _GRIDS[0])
    for count in _GRIDS[1:]:
        probability, _, _ = _on_grid(costs, log_p.middles, angle.middles)
        log_p, angle = log_p.around(probability.sum((1, 2)), count), angle.around(probability.sum((0, 2)), count)
    probability, variance, level = _on_grid(costs, log_p.middles, angle.middles)
    u, reached = even_points(DRAWS, 4), np.cumsum(probability.ravel())
    cell = np.minimum(np.searchsorted(reached, u[:, 0] * reached[-1]), reached.size - 1)
    row, column, inflation = np.unravel_index(cell, probability.shape)
    scale = np.sqrt(variance[row, column, inflation] / costs.counts.sum())
    total = np.exp(level[row, column] + scale * special.stdtrit(_degrees(costs), u[:, 3]))
    share = np.sin(angle.low + (column + u[:, 2]) * angle.step) ** 2
    p = np.exp(log_p.low + (row + u[:, 1]) * log_p.step)
    return np.asarray(np.stack([total * share, total * (1 - share), p], axis=1))


@dataclass(frozen=True)
class _Axis:
    """Equal cells between two ends."""

    low: float
    high: float
    count: int

    @property
    def step(self) -> float:
        return (self.high - self.low) / self.count

    @property
    def middles(self) -> Floats:
        return np.asarray(self.low + (np.arange(self.count) + 0.5) * self.step)

    def around(self, probability: Floats, count: int) -> "_Axis":
        reached = np.cumsum(probability)
        first, last = np.searchsorted(reached, [_TAIL * reached[-1], (1 - _TAIL) * reached[-1]]).tolist()
        # one cell more on either side, since the density is known at the middles of cells only
        return _Axis(self.low + max(first - 1, 0) * self.step, self.low + min(last + 2, self.count) * self.step, count)


def _degrees(costs: Costs) -> float:
    return len(costs.logs) + costs.degrees - 1


def _on_grid(costs: Costs, log_p: Floats, angle: Floats) -> tuple[Floats, Floats, Floats]:
    residual, level = misfit(costs, np.exp(log_p)[:, None], angle[None, :])
    degrees = _degrees(costs)
    squares = costs.squares + residual[..., None] / INFLATIONS
    log_density = (
        -0.5 * ((log_p - np.log(PRIOR_EXPONENT)) / PRIOR_WIDTH)[:, None, None] ** 2
        + np.log(INFLATION_PRIOR)
        - (len(costs.logs) - 1) / 2 * np.log(INFLATIONS)
        - degrees / 2 * np.log(squares)
    )
    return np.exp(log_density - log_density.max()), squares / degrees * INFLATIONS, level
