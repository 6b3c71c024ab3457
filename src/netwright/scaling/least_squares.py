"""Weighted least squares of e = c + a x on a whole grid of exponents at once, x = (n/n0)^-b."""

from dataclasses import dataclass

import numpy as np

from netwright.scaling.observations import Floats

LOWEST_EXPONENT = 0.03
HIGHEST_EXPONENT = 1.6
"""Below, a power law cannot be told from a logarithm; above, from its floor."""

_POINTS = 160
_ZOOMS = 4


@dataclass(frozen=True)
class Points:
    """Mean errors at sizes, with their weights.

    Args:
        ratios: (K,) sizes over the reference size n0.
        means: (K,) mean errors.
        weights: (K,) one over the variance of each mean, up to a common factor.
    """

    ratios: Floats
    means: Floats
    weights: Floats


@dataclass(frozen=True)
class BestLaw:
    """The law with the smallest weighted sum of squared residuals.

    Args:
        a: Error above the floor at the reference size.
        b: Exponent.
        c: Floor.
        residual: The sum of squares that is left.
    """

    a: float
    b: float
    c: float
    residual: float


@dataclass(frozen=True)
class Sums:
    """Sufficient statistics of the regression of means on x, for each exponent of a grid.

    Args:
        b: (G,) exponents.
        w: Sum of the weights.
        wx: (G,) sum of weight times x; likewise the others.
        wxx: (G,).
        wy: Number.
        wxy: (G,).
        spread: (G,) weighted sum of squares of x about its mean.
        residual: (G,) smallest weighted sum of squared residuals of a free (a, c).
        slope: (G,) the free a.
    """

    b: Floats
    w: float
    wx: Floats
    wxx: Floats
    wy: float
    wxy: Floats
    spread: Floats
    residual: Floats
    slope: Floats

    @property
    def intercept(self) -> Floats:
        """(G,) the free c."""
        return (self.wy - self.slope * self.wx) / self.w


def sums(points: Points, b: Floats) -> Sums:
    """Return the sums that determine (a, c) at every exponent.

    Args:
        points: Means and weights at K sizes.
        b: (G,) exponents.

    Returns:
        The sums; centred ones are summed about the mean, where small exponents would cancel.
    """
    weights = points.weights
    x = points.ratios[None, :] ** -b[:, None]
    w, wx, wy = float(weights.sum()), x @ weights, float(weights @ points.means)
    centred = x - (wx / w)[:, None]
    about = points.means - wy / w
    spread = (centred * centred) @ weights
    slope = centred @ (weights * about) / spread
    left = about[None, :] - slope[:, None] * centred
    return Sums(b, w, wx, (x * x) @ weights, wy, x @ (weights * points.means), spread, (left * left) @ weights, slope)


def nonnegative(points: Points, b: Floats) -> tuple[Floats, Floats, Floats]:
    """Return the best a >= 0 and c >= 0 at every exponent.

    With two unknowns the constrained minimum is the free one where that is valid, else the better edge:
    c = 0 where the free c is negative, a = 0 where the free a is. (For x > 0 and means >= 0 at most one of them is.)

    Args:
        points: Means and weights at K sizes.
        b: (G,) exponents.

    Returns:
        (a, c, residual), each (G,); residual is the weighted sum of squares that is left.

    >>> x = np.array([1.0, 2.0, 4.0])
    >>> a, c, left = nonnegative(Points(x, 0.1 + 0.3 * x**-0.5, np.ones(3)), np.array([0.5]))
    >>> round(float(a[0]), 12), round(float(c[0]), 12), round(float(left[0]), 12)
    (0.3, 0.1, 0.0)
    """
    s = sums(points, b)
    floorless, flat = s.intercept < 0, s.slope < 0
    a = np.where(flat, 0.0, np.where(floorless, s.wxy / s.wxx, s.slope))
    c = np.where(flat, s.wy / s.w, np.where(floorless, 0.0, s.intercept))
    left = points.means - a[:, None] * points.ratios[None, :] ** -b[:, None] - c[:, None]
    return a, c, np.asarray((left * left) @ points.weights)


def best_law(points: Points) -> BestLaw:
    """Return the law of least squares, by a dense grid of exponents that is refined around its best point.

    Args:
        points: Means and weights at K sizes.

    Returns:
        The law; its exponent is exact to about 1e-6.

    >>> x = np.array([0.25, 0.5, 1.0, 2.0, 4.0])
    >>> best = best_law(Points(x, 0.1 + 0.3 * x**-0.5, np.ones(5)))
    >>> round(best.a, 4), round(best.b, 4), round(best.c, 4)
    (0.3, 0.5, 0.1)
    """
    low, high = LOWEST_EXPONENT, HIGHEST_EXPONENT
    for _ in range(_ZOOMS):
        grid = np.linspace(low, high, _POINTS)
        a, c, residual = nonnegative(points, grid)
        k = int(np.argmin(residual))
        low, high = grid[max(k - 1, 0)], grid[min(k + 1, _POINTS - 1)]
    return BestLaw(float(a[k]), float(grid[k]), float(c[k]), float(residual[k]))
