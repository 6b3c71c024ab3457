"""What seed noise leaves open about the constants of a law: a grid over some, Student-t in those that are linear."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from netwright.scaling.grid import whole
from netwright.scaling.law_fit import shapes
from netwright.scaling.laws.law import Law
from netwright.scaling.least_squares import Linear, Points
from netwright.scaling.noise import Noise
from netwright.scaling.observations import Floats, Indices

INFLATIONS = 2.0 ** np.arange(11)
INFLATION_PRIOR = np.concatenate([[0.75], 0.25 * INFLATIONS[1:] ** -1 / np.sum(INFLATIONS[1:] ** -1)])
"""How many times larger than seed noise makes it the variance of a mean may be, and how likely that is beforehand:
three in four curves follow the law exactly, and of the others every doubling of the misfit is half as likely."""

_TINY = 1e-300
_NEGLIGIBLE = 10.0
"""Cells whose density is e^-10 of the highest are left out: a thousand draws would not see them."""


@dataclass(frozen=True)
class Posterior:
    """The joint density of a law's nonlinear constants and the inflation on a grid, and the linear ones given both.

    Args:
        law: The law.
        theta: (G, P) nonlinear constants of each row of the grid.
        linear: The linear constants, of shapes that are 1 at the first size.
        first: (G,) the law's own shape at the first size.
        middle: (G,) the shapes at n0.
        top: (G,) the shapes where the error may be at most 1.
        rows: (N,) the row of each cell with a density that matters.
        log_density: (N,) logarithm of the cell's probability, times one factor for all laws of the same errors.
        variance: (N,) squared scale of the Student-t distribution of the linear constants, relative to the weights.
        degrees: Its degrees of freedom.
    """

    law: Law
    theta: Floats
    linear: Linear
    first: Floats
    middle: Floats
    top: Floats
    rows: Indices
    log_density: Floats
    variance: Floats
    degrees: float


def grid_posterior(law: Law, points: Points, noise: Noise) -> Posterior:
    """Return the posterior of a law on a grid that covers where it lives.

    The likelihood of means about the law, times that of seeds about their means, with the noise integrated out
    under the prior 1/sigma, and a flat measure on the linear constants, p of them (Gelman et al. 2013, sections 3.2
    and 14.2; the prior of the floor enters as a weight in `draw`):
    p(ln theta, l) ~ p(law) p(ln theta) p(l) (2 pi)^(p/2) l^((p - K)/2) |X'WX|^(-1/2) Gamma(nu/2)
    ((S + R(theta)/l)/2)^(-nu/2) P(valid | theta, l), nu = K + degrees - p, where S is the sum of squares between seeds,
    R(theta) that about the law, and l the inflation of its variance. All factors that differ between laws are kept, so
    that the sum over a law's cells is its evidence.

    Args:
        law: The law.
        points: Weighted means at K sizes.
        noise: The deviation between seeds.

    Returns:
        The posterior on the finest grid.
    """
    box = whole(law, points.ratios)
    for counts in law.grids:
        logs, steps = box.middles(counts), (box.high - box.low) / np.array(counts, dtype=float)
        grid = _Grid.of(law, points, logs, steps)
        # with the constrained residuals: where the free floor is far below zero, the free ones are beside the point
        density = grid.log_density(noise, grid.linear.nonnegative()[2])
        kept = density > density.max() - _NEGLIGIBLE
        box = box.enclosing(logs[kept.any(axis=1)], steps)
    return grid.posterior(noise, kept)


@dataclass(frozen=True)
class _Grid:
    """A law at the points of a grid: its linear regressions, and ln(prior) of each point's cell."""

    law: Law
    points: Points
    theta: Floats
    linear: Linear
    first: Floats
    middle: Floats
    log_prior: Floats

    @classmethod
    def of(cls, law: Law, points: Points, logs: Floats, steps: Floats) -> "_Grid":
        theta = np.exp(logs)
        x, first = shapes(law, points.ratios, theta)
        middle = np.maximum(law.x(1.0, theta) / first, _TINY)
        # the measure is flat in a at n0, where all laws have about the same error
        log_prior = np.log(law.prior) + np.log(middle) + np.log(steps).sum()
        for axis, column in zip(law.axes, logs.T, strict=True):
            log_prior = log_prior + axis.log_prior(column, points.ratios)
        return cls(law, points, theta, law.linear.of(points, x), first, middle, log_prior)

    def degrees(self, noise: Noise) -> float:
        return len(self.points.means) + noise.degrees - self.linear.constants

    def log_density(self, noise: Noise, residual: Floats) -> Floats:
        free, degrees = self.linear.constants, self.degrees(noise)
        squares = noise.squares + residual[:, None] / INFLATIONS
        return np.asarray(
            (self.log_prior - self.linear.half_log_determinant)[:, None]
            + np.log(INFLATION_PRIOR)
            + (free - len(self.points.means)) / 2 * np.log(INFLATIONS)
            - degrees / 2 * np.log(squares / 2)
            + free / 2 * np.log(2 * np.pi)
            + special.gammaln(degrees / 2)
        )

    def posterior(self, noise: Noise, kept: NDArray[np.bool_]) -> Posterior:
        rows, columns = np.nonzero(kept)
        degrees = self.degrees(noise)
        squares = noise.squares + self.linear.residual[rows] / INFLATIONS[columns]
        variance = squares / degrees * INFLATIONS[columns]
        mass = self.linear.mass(rows, variance, degrees)
        density = self.log_density(noise, self.linear.residual)[rows, columns] + np.log(np.maximum(mass, _TINY))
        return Posterior(
            law=self.law,
            theta=self.theta,
            linear=self.linear,
            first=self.first,
            middle=self.middle,
            top=self.law.x(self.law.top * self.points.ratios[0], self.theta) / self.first,
            rows=rows,
            log_density=density,
            variance=variance,
            degrees=degrees,
        )
