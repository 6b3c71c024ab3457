"""Equally weighted draws from a posterior that are the same every time."""

import numpy as np
from scipy import special

from netwright.scaling.observations import Floats
from netwright.scaling.posterior import Posterior, truncated_t

DRAWS = 1000
_PROPOSALS = 4 * DRAWS
_BEYOND = 4.0
_SMALLEST_FLOOR = 1e-9
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


def draw(posterior: Posterior, ratios: Floats) -> Floats:
    """Return draws of (a, b, c) from the posterior, cut to a > 0, c >= 0 and errors of at most 1.

    Each proposal takes a cell (b, inflation), then c given the cell, then a given c, by inverse distribution
    functions of evenly spread points. Its weight is P(a valid | b, c) times the prior of the floor, c^(-1/2): flat
    in the square root, so that laws without a floor are not ruled out beforehand, as a prior flat in c would.
    Systematic resampling along the error at 4 times the largest size makes the weights equal, so that a thousand
    draws keep the quantiles of predictions near there.

    Args:
        posterior: The posterior.
        ratios: (K,) sizes over the reference size, ascending.

    Returns:
        (1000, 3) draws, equally weighted, rounded to 7 significant digits.
    """
    u = even_points(_PROPOSALS, 3)
    s, flat = posterior.sums, np.cumsum(posterior.probability.ravel())
    cell = np.minimum(np.searchsorted(flat, u[:, 0] * flat[-1]), flat.size - 1)
    row, column = np.unravel_index(cell, posterior.probability.shape)
    variance, scale = posterior.variance[row, column], posterior.floor_scale[row, column]
    centre, degrees = s.intercept[row], posterior.degrees
    c, _ = _inverse(degrees, centre, scale, posterior.highest_floor[row, column], u[:, 1])
    # a given c is Student-t with one degree more, wider the further c is from its centre
    wider = (degrees + ((c - centre) / scale) ** 2) / (degrees + 1)
    mean = (s.wxy[row] - c * s.wx[row]) / s.wxx[row]
    highest = (1 - c) * ratios[0] ** s.b[row]
    a, weight = _inverse(degrees + 1, mean, np.sqrt(variance * wider / s.wxx[row]), highest, u[:, 2])
    weight = weight / np.sqrt(np.maximum(c, _SMALLEST_FLOOR))
    order = np.argsort(c + a * (_BEYOND * ratios[-1]) ** -s.b[row], kind="stable")
    reached = np.cumsum(weight[order])
    chosen = np.searchsorted(reached, (np.arange(DRAWS) + 0.5) / DRAWS * reached[-1])
    # back in the order of the proposals, so that the first draws are no worse a sample than any others
    kept = np.sort(order[np.minimum(chosen, _PROPOSALS - 1)])
    return _round(np.stack([np.maximum(a, 1e-12), s.b[row], c], axis=1)[kept])


def _inverse(degrees: float, centre: Floats, scale: Floats, highest: Floats, u: Floats) -> tuple[Floats, Floats]:
    # a Student-t variable cut to [0, highest] at the probabilities u, and the mass of that interval
    start, mass, side = truncated_t(degrees, -centre / scale, (highest - centre) / scale)
    value = centre + scale * side * special.stdtrit(degrees, np.maximum(start + u * mass, 1e-300))
    return np.clip(value, 0.0, highest), np.maximum(mass, 1e-300)


def _round(values: Floats) -> Floats:
    with np.errstate(divide="ignore"):
        magnitude = np.where(values > 0, np.floor(np.log10(values)), 0.0)
    unit = 10.0 ** (_DIGITS - 1 - magnitude)
    return np.asarray(np.round(values * unit) / unit)
