"""The grid posterior and its draws against brute force over (a, b, c, inflation)."""

import numpy as np
import pytest
from scipy import stats

from netwright.scaling.draws import draw, even_points
from netwright.scaling.least_squares import HIGHEST_EXPONENT, LOWEST_EXPONENT
from netwright.scaling.noise import pool_noise, weigh
from netwright.scaling.observations import observe
from netwright.scaling.posterior import (
    INFLATION_PRIOR,
    INFLATIONS,
    PRIOR_EXPONENT,
    PRIOR_WIDTH,
    grid_posterior,
    truncated_t,
)

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


def brute_force(points, noise, targets):
    """Quantiles of the error at each target, by summing the joint density over a dense grid of (a, b, root of c).

    The density is written from the definition: seeds and means are Gaussian, sigma has the prior 1/sigma and is
    integrated out, each inflation multiplies the variance of means. Nothing of the code under test takes part.
    """
    b = np.linspace(LOWEST_EXPONENT, HIGHEST_EXPONENT, 90)[:, None, None]
    edges = np.sqrt(points.means.max()) * np.linspace(0, 1, 81)[:, None]
    root = (edges[1:] + edges[:-1]) / 2
    c = root**2  # an even grid in the root is the prior c^(-1/2)
    error_at_n0 = np.linspace(0.2, 1.8, 260) * np.interp(1.0, points.ratios, points.means)
    a = error_at_n0 - c
    squares = np.zeros(np.broadcast_shapes(a.shape, b.shape))
    for ratio, mean, weight in zip(points.ratios, points.means, points.weights, strict=True):
        squares += weight * (mean - c - a * ratio**-b) ** 2
    count = len(points.means)
    density = sum(
        prior * inflation ** (-count / 2) * (noise.squares + squares / inflation) ** (-(noise.degrees + count) / 2)
        for prior, inflation in zip(INFLATION_PRIOR, INFLATIONS, strict=True)
    )
    density = density * stats.lognorm.pdf(b, PRIOR_WIDTH, scale=PRIOR_EXPONENT)
    density = np.where((a > 0) & (c + a * points.ratios[0] ** -b <= 1), density, 0.0)
    for target in targets:
        value = np.broadcast_to(c + a * target**-b, density.shape).ravel()
        order = np.argsort(value)
        reached = np.cumsum(density.ravel()[order])
        yield value[order][np.searchsorted(reached, np.array(QUANTILES) * reached[-1])]


@pytest.mark.parametrize(
    "errors",
    [
        pytest.param([[0.50, 0.47, 0.52], [0.41, 0.42, 0.39], [0.33, 0.30, 0.32], [0.27, 0.28, 0.26]], id="steady"),
        pytest.param([[0.40, 0.36], [0.30, 0.31], [0.26, 0.27], [0.27, 0.25], [0.25, 0.26]], id="at its floor"),
        pytest.param([[0.40, 0.44], [0.22, 0.20], [0.11, 0.10], [0.055, 0.050]], id="no floor"),
        pytest.param([[0.40, 0.41], [0.35, 0.33], [0.20, 0.21], [0.22, 0.21], [0.12, 0.12]], id="more than seed noise"),
        pytest.param([[0.30, 0.33], [0.31, 0.28], [0.32, 0.30], [0.29, 0.33]], id="flat"),
        pytest.param([[0.98, 0.93], [0.96, 0.88], [0.85, 0.91], [0.88, 0.83]], id="near one"),
    ],
)
def test_draws_match_brute_force(errors):
    points, expected = weigh(seen := observe(100 * 2 ** np.arange(len(errors)), errors))
    noise = pool_noise(seen, expected)
    targets = np.array([1.0, 4.0]) * points.ratios[-1]
    a, b, c = draw(grid_posterior(points, noise), points.ratios).T
    for target, wanted in zip(targets, brute_force(points, noise, targets), strict=True):
        found = np.quantile(c + a * target**-b, QUANTILES)
        # a thousand draws place a quantile to a few per cent of the interval; the brute grid is not finer either
        assert found == pytest.approx(wanted, abs=0.05 * (wanted[-1] - wanted[0]))


@pytest.mark.parametrize("bounds", [(-1.0, 2.0), (5.0, 9.0), (-40.0, -30.0), (30.0, 31.0), (-np.inf, 0.3)])
def test_truncated_t_keeps_far_tails(bounds):
    low, high = (np.array([bound]) for bound in bounds)
    start, mass, side = truncated_t(8.0, low, high)
    near = stats.t.sf if side[0] < 0 else stats.t.cdf
    ends = near(low, 8.0), near(high, 8.0)
    assert start == pytest.approx(np.minimum(*ends), rel=1e-9)
    assert mass == pytest.approx(np.abs(ends[0] - ends[1]), rel=1e-9)


def test_even_points_fill_every_box():
    u = even_points(1000, 3)
    boxes = np.histogramdd(u, bins=4, range=[(0, 1)] * 3)[0]
    assert u.min() >= 0
    assert u.max() < 1
    assert boxes.min() >= 10  # 15.6 expected; a random draw of 1000 has boxes of 6
    assert boxes.max() <= 22
