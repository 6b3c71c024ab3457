"""Closed-form least squares of linear constants against scipy's solvers."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize, stats

from netwright.scaling.least_squares import Floored, Floorless, Points

error = st.floats(0.01, 1.0)


def points_of(means, weights=None) -> Points:
    ratios = 2.0 ** (np.arange(len(means)) - (len(means) - 1) / 2)
    return Points(ratios, np.array(means), np.ones(len(means)) if weights is None else np.array(weights))


def powers(points: Points, *exponents: float) -> np.ndarray:
    return points.ratios ** -np.array(exponents)[:, None]


@settings(deadline=None)
@given(st.lists(st.tuples(error, st.floats(0.1, 10.0)), min_size=3, max_size=9), st.floats(0.05, 1.6))
def test_nonnegative_equals_scipy_nnls(pairs, b):
    points = points_of(*zip(*pairs, strict=True))
    root = np.sqrt(points.weights)
    x = powers(points, b)
    for kind, columns in ((Floored, [x[0], np.ones_like(x[0])]), (Floorless, [x[0]])):
        expected, norm = optimize.nnls(np.stack(columns, axis=1) * root[:, None], points.means * root)
        a, c, left = kind.of(points, x).nonnegative()
        assert left[0] == pytest.approx(norm**2, rel=1e-6, abs=1e-12)
        assert [a[0], c[0]][: len(expected)] == pytest.approx(expected.tolist(), rel=1e-5, abs=1e-6)


@pytest.mark.parametrize(("kind", "floors"), [(Floored, [1.0]), (Floorless, [])])
def test_free_constants_equal_lstsq(kind, floors):
    points = points_of([0.2, 0.5, 0.1, 0.4], [1.0, 2.0, 3.0, 4.0])
    found = kind.of(points, powers(points, 0.3, 0.9))
    for k, b in enumerate((0.3, 0.9)):
        columns = [points.ratios**-b, *(np.full(4, floor) for floor in floors)]
        design = np.stack(columns, axis=1) * np.sqrt(points.weights)[:, None]
        expected, left, *_ = np.linalg.lstsq(design, points.means * np.sqrt(points.weights))
        assert found.slope[k] == pytest.approx(expected[0])
        assert found.residual[k] == pytest.approx(left[0])
        half = 0.5 * np.log(np.linalg.det(design.T @ design))
        assert found.half_log_determinant[k] == pytest.approx(half)
        if floors:
            assert found.intercept[k] == pytest.approx(expected[1])


def test_draws_of_both_constants_are_student_t():
    points = points_of([0.50, 0.41, 0.36, 0.33, 0.30], [30.0] * 5)
    x = powers(points, 0.5)
    found = Floored.of(points, x)
    random = np.random.default_rng(0)
    count, variance, degrees = 20_000, 1e-3, 9.0
    rows, spread, top = np.zeros(count, dtype=int), np.full(count, variance), np.ones(count)
    a, c, weight = found.draw(rows, spread, degrees, top, random.random((count, 2)))
    design = np.stack([x[0], np.ones(5)], axis=1)
    shape = variance * np.linalg.inv(design.T @ (30.0 * design))
    centre = [found.slope[0], found.intercept[0]]
    free = stats.multivariate_t(centre, shape, df=degrees).rvs(200_000, random_state=1)
    valid = free[(free[:, 0] > 0) & (free[:, 1] > 0) & (free.sum(axis=1) < 1)]
    for drawn, expected in ((a, valid[:, 0]), (c, valid[:, 1]), (a + c, valid.sum(axis=1))):
        order = np.argsort(drawn)
        reached = np.cumsum(weight[order])
        quantiles = drawn[order][np.searchsorted(reached, np.array([0.05, 0.5, 0.95]) * reached[-1])]
        assert quantiles == pytest.approx(np.quantile(expected, [0.05, 0.5, 0.95]), abs=0.02 * np.ptp(quantiles))


def test_the_floor_prior_is_flat_in_its_square_root():
    level = np.full(1000, 0.36)
    edges = np.linspace(0, 0.6, 1001)
    floors = ((edges[1:] + edges[:-1]) / 2) ** 2
    share = Floored.prior(level, floors) * np.diff(edges**2)
    assert share == pytest.approx(np.full(1000, 1e-3), rel=1e-4)
    assert Floorless.prior(level, floors).tolist() == [1.0] * 1000
