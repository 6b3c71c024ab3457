"""Weighted least squares of the constants that enter linearly, for a whole grid of shapes x at once."""

from dataclasses import dataclass

import numpy as np

from netwright.scaling.observations import Floats, Indices
from netwright.scaling.student import draw_between, truncated_t

_BEYOND = 3.0
_SMALLEST_FLOOR = 1e-9


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
class Floored:
    """The regression of means on c + a x, two constants, at each of G shapes.

    Args:
        points: The means.
        x: (G, K) shapes.
        w: Sum of the weights.
        wx: (G,) sum of weight times x; likewise the others.
        wxx: (G,).
        wxy: (G,).
        spread: (G,) weighted sum of squares of x about its mean.
        slope: (G,) the free a.
        intercept: (G,) the free c.
        residual: (G,) weighted sum of squares that the free constants leave.
    """

    points: Points
    x: Floats
    w: float
    wx: Floats
    wxx: Floats
    wxy: Floats
    spread: Floats
    slope: Floats
    intercept: Floats
    residual: Floats

    constants = 2

    @classmethod
    def of(cls, points: Points, x: Floats) -> "Floored":
        """Return the regression on each shape; sums about the mean, where nearly flat shapes would cancel.

        Args:
            points: Means and weights at K sizes.
            x: (G, K) shapes.

        Returns:
            The regressions.
        """
        weights = points.weights
        w, wx, wy = float(weights.sum()), x @ weights, float(weights @ points.means)
        centred = x - (wx / w)[:, None]
        about = points.means - wy / w
        spread = (centred * centred) @ weights
        slope = centred @ (weights * about) / spread
        left = about - slope[:, None] * centred
        wxx, wxy = (x * x) @ weights, x @ (weights * points.means)
        return cls(points, x, w, wx, wxx, wxy, spread, slope, (wy - slope * wx) / w, (left * left) @ weights)

    @property
    def half_log_determinant(self) -> Floats:
        """(G,) half the logarithm of |X'WX|."""
        return np.asarray(0.5 * np.log(self.w * self.spread))

    def nonnegative(self) -> tuple[Floats, Floats, Floats]:
        """Return the best a >= 0 and c >= 0 at every shape.

        With two unknowns the constrained minimum is the free one where that is valid, else the better edge:
        c = 0 where the free c is negative, a = 0 where the free a is. (For x > 0 and means >= 0 at most one of them
        is.)

        Returns:
            (a, c, residual), each (G,); residual is the weighted sum of squares that is left.

        >>> x = np.array([1.0, 2.0, 4.0])
        >>> fitted = Floored.of(Points(x, 0.1 + 0.3 * x**-0.5, np.ones(3)), x[None, :] ** -0.5)
        >>> a, c, left = fitted.nonnegative()
        >>> round(float(a[0]), 12), round(float(c[0]), 12), round(float(left[0]), 12)
        (0.3, 0.1, 0.0)
        """
        points, flat, floorless = self.points, self.slope < 0, self.intercept < 0
        mean = float(points.weights @ points.means) / self.w
        a = np.where(flat, 0.0, np.where(floorless, self.wxy / self.wxx, self.slope))
        c = np.where(flat, mean, np.where(floorless, 0.0, self.intercept))
        left = points.means - a[:, None] * self.x - c[:, None]
        return a, c, np.asarray((left * left) @ points.weights)

    def mass(self, rows: Indices, variance: Floats, degrees: float) -> Floats:
        """Return the probability that c is valid: not negative, and no higher than where a is surely negative.

        Args:
            rows: (N,) which shapes.
            variance: (N,) squared scales, relative to the weights.
            degrees: Degrees of freedom of (a, c), which are Student-t.

        Returns:
            (N,) probabilities.
        """
        centre, scale, highest = self._floor(rows, variance)
        return truncated_t(degrees, -centre / scale, (highest - centre) / scale)[1]

    def draw(
        self, rows: Indices, variance: Floats, degrees: float, top: Floats, u: Floats
    ) -> tuple[Floats, Floats, Floats]:
        """Return c at given probabilities, then a given c, with c + top a <= 1.

        Args:
            rows: (N,) which shapes.
            variance: (N,) squared scales.
            degrees: Degrees of freedom.
            top: (N,) the value of x where the error may be at most 1.
            u: (N, 2) probabilities.

        Returns:
            (a, c, weight), each (N,); weight is P(a valid | c).
        """
        centre, scale, highest = self._floor(rows, variance)
        c, _ = draw_between(degrees, centre, scale, highest, u[:, 0])
        # a given c is Student-t with one degree more, wider the further c is from its centre
        wider = (degrees + ((c - centre) / scale) ** 2) / (degrees + 1)
        mean = (self.wxy[rows] - c * self.wx[rows]) / self.wxx[rows]
        scale = np.sqrt(variance * wider / self.wxx[rows])
        a, weight = draw_between(degrees + 1, mean, scale, (1 - c) / top, u[:, 1])
        return a, c, weight

    @staticmethod
    def prior(level: Floats, c: Floats) -> Floats:
        """Return the prior density of the floor, 1/(2 sqrt(level c)) on [0, level]: flat in its square root.

        A density flat in c itself would all but rule out laws without a floor.

        Args:
            level: Errors at n0.
            c: Floors.

        Returns:
            Densities.
        """
        return np.asarray(0.5 / np.sqrt(level * np.maximum(c, _SMALLEST_FLOOR)))

    def _floor(self, rows: Indices, variance: Floats) -> tuple[Floats, Floats, Floats]:
        scale = np.sqrt(variance * self.wxx[rows] / (self.w * self.spread[rows]))
        # at the highest floor the mean of a is three standard deviations below zero
        highest = (self.wxy[rows] + _BEYOND * np.sqrt(variance * self.wxx[rows])) / self.wx[rows]
        return self.intercept[rows], scale, np.minimum(highest, 1.0)


@dataclass(frozen=True)
class Floorless:
    """The regression of means on a x, one constant, at each of G shapes: `Floored` with c = 0.

    Args:
        points: The means.
        x: (G, K) shapes.
        wxx: (G,) sum of weight times x squared.
        slope: (G,) the free a, which is never negative.
        residual: (G,) weighted sum of squares that it leaves.
    """

    points: Points
    x: Floats
    wxx: Floats
    slope: Floats
    residual: Floats

    constants = 1

    @classmethod
    def of(cls, points: Points, x: Floats) -> "Floorless":
        """Return the regression on each of the (G, K) shapes."""
        wxx = (x * x) @ points.weights
        slope = x @ (points.weights * points.means) / wxx
        left = points.means - slope[:, None] * x
        return cls(points, x, wxx, slope, (left * left) @ points.weights)

    @property
    def half_log_determinant(self) -> Floats:
        """(G,) half the logarithm of |X'WX|."""
        return np.asarray(0.5 * np.log(self.wxx))

    def nonnegative(self) -> tuple[Floats, Floats, Floats]:
        """Return the best a >= 0 at every shape, c = 0, and the sum of squares that is left.

        >>> x = np.array([1.0, 2.0, 4.0])
        >>> a, c, left = Floorless.of(Points(x, 0.3 / x, np.ones(3)), 1 / x[None, :]).nonnegative()
        >>> round(float(a[0]), 12), float(c[0]), round(float(left[0]), 12)
        (0.3, 0.0, 0.0)
        """
        return self.slope, np.zeros_like(self.slope), self.residual

    def mass(self, rows: Indices, variance: Floats, degrees: float) -> Floats:  # noqa: ARG002
        """Return 1: a is checked where it is drawn."""
        return np.ones(len(rows))

    def draw(
        self, rows: Indices, variance: Floats, degrees: float, top: Floats, u: Floats
    ) -> tuple[Floats, Floats, Floats]:
        """Return a at given probabilities, with top a <= 1, c = 0, and P(a valid); as `Floored.draw`."""
        scale = np.sqrt(variance / self.wxx[rows])
        a, weight = draw_between(degrees, self.slope[rows], scale, 1 / top, u[:, 1])
        return a, np.zeros_like(a), weight

    @staticmethod
    def prior(level: Floats, c: Floats) -> Floats:  # noqa: ARG004
        """Return 1: there is no floor to be uncertain of."""
        return np.ones_like(level)


Linear = Floored | Floorless
"""The constants of a law that enter linearly, which least squares projects out."""
