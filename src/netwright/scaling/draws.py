"""Equally weighted draws from a posterior that are the same every time."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from netwright.scaling.least_squares import Points
from netwright.scaling.observations import Floats, Indices
from netwright.scaling.posterior import Posterior

DRAWS = 1000
_PROPOSALS = 4 * DRAWS
_BEYOND = 4.0
_USUAL_FLOOR = 0.25
_SMALLEST = 1e-12
_DIGITS = 7


def even_points(count: int, dimensions: int) -> Floats:
    """Return points that fill the unit cube evenly, without chance.

    The additive recurrence u_i = 1/2 + i (g^-1, ..., g^-d) mod 1, g the positive root of g^(d+1) = g + 1: the
    d-dimensional golden ratio (Roberts 2018, "The unreasonable effectiveness of quasirandom sequences").

    Args:
        count: How many points.
        dimensions: d.

    Returns:
        (count, d) coordinates in [0, 1).

    >>> even_points(2, 1).round(4).tolist()
    [[0.118], [0.7361]]
    """
    ratio = 2.0
    for _ in range(64):
        ratio = (1 + ratio) ** (1 / (dimensions + 1))
    steps = ratio ** -np.arange(1.0, dimensions + 1)
    return np.asarray((0.5 + np.arange(1, count + 1)[:, None] * steps) % 1.0)


@dataclass(frozen=True)
class Draws:
    """Equally weighted draws of several laws.

    Args:
        laws: (N,) the law of each.
        constants: (N,) its constants (a, ..., c), rounded to 7 significant digits.
    """

    laws: tuple[str, ...]
    constants: tuple[tuple[float, ...], ...]


def draw(posteriors: Sequence[Posterior], points: Points) -> Draws:
    """Return draws from the posteriors of several laws, each as often as the errors speak for it.

    Each proposal takes a cell of one law (its nonlinear constants and the inflation), then c given the cell, then a
    given c, by inverse distribution functions of evenly spread points; a > 0, c >= 0, and errors are at most 1. Its
    weight is P(a valid | cell, c) times the prior of the floor (`Floored.prior`). Systematic resampling along the error
    at 4 times the largest size makes the weights equal, so that a thousand draws keep the quantiles of predictions near
    there. The share of a law is then its posterior probability (Hoeting et al. 1999, "Bayesian Model Averaging").

    Args:
        posteriors: One a law, of the same errors.
        points: The errors.

    Returns:
        1000 draws, equally weighted.
    """
    u, reached = even_points(_PROPOSALS, 3), np.cumsum(_proposal_weights(posteriors, points))
    cell = np.minimum(np.searchsorted(reached, u[:, 0] * reached[-1]), len(reached) - 1)
    ends = np.cumsum([len(posterior.rows) for posterior in posteriors])
    law = np.searchsorted(ends, cell, side="right")
    weight, beyond = np.empty(_PROPOSALS), np.empty(_PROPOSALS)
    lengths = [len(posterior.law.axes) + 2 for posterior in posteriors]
    constants = np.zeros((_PROPOSALS, max(lengths)))
    for k, posterior in enumerate(posteriors):
        mine = np.flatnonzero(law == k)
        rows, weight[mine] = _propose(posterior, cell[mine] - (ends[k] - len(posterior.rows)), u[mine, 1:])
        weight[mine] /= _usual_prior(posterior, points)
        beyond[mine] = posterior.law.errors(_BEYOND * points.ratios[-1], rows)
        constants[mine, : rows.shape[1]] = rows
    order = np.argsort(beyond, kind="stable")
    reached = np.cumsum(weight[order])
    chosen = np.searchsorted(reached, (np.arange(DRAWS) + 0.5) / DRAWS * reached[-1])
    # back in the order of the proposals, so that the first draws are no worse a sample than any others
    kept = np.sort(order[np.minimum(chosen, _PROPOSALS - 1)])
    drawn = list(zip(law[kept].tolist(), _round(constants[kept]).tolist(), strict=True))
    return Draws(
        laws=tuple(posteriors[k].law.name for k, _ in drawn),
        constants=tuple(tuple(row[: lengths[k]]) for k, row in drawn),
    )


def _proposal_weights(posteriors: Sequence[Posterior], points: Points) -> Floats:
    logs = [posterior.log_density + np.log(_usual_prior(posterior, points)) for posterior in posteriors]
    joined = np.concatenate(logs)
    return np.asarray(np.exp(joined - joined.max()))


def _usual_prior(posterior: Posterior, points: Points) -> float:
    # what the prior of the floor is on average, so that proposals go where draws will be wanted
    level = np.array([np.interp(1.0, points.ratios, points.means)])
    return float(posterior.linear.prior(np.maximum(level, _SMALLEST), _USUAL_FLOOR * level)[0])


def _propose(posterior: Posterior, cell: Indices, u: Floats) -> tuple[Floats, Floats]:
    rows = posterior.rows[cell]
    a, c, weight = posterior.linear.draw(rows, posterior.variance[cell], posterior.degrees, posterior.top[rows], u)
    a = np.maximum(a, _SMALLEST)
    weight = weight * posterior.linear.prior(c + a * posterior.middle[rows], c)
    return np.column_stack([a / posterior.first[rows], posterior.theta[rows], c]), weight


def _round(values: Floats) -> Floats:
    with np.errstate(divide="ignore"):
        magnitude = np.where(values > 0, np.floor(np.log10(values)), 0.0)
    unit = 10.0 ** (_DIGITS - 1 - magnitude)
    return np.asarray(np.round(values * unit) / unit)
