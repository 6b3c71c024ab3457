"""Closed-form least squares against scipy's iterative solvers."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize

from netwright.scaling.least_squares import (
    HIGHEST_EXPONENT,
    LOWEST_EXPONENT,
    Points,
    best_law,
    nonnegative,
    sums,
)

error = st.floats(0.01, 1.0)


def points_of(means, weights=None) -> Points:
    ratios = 2.0 ** (np.arange(len(means)) - (len(means) - 1) / 2)
    return Points(ratios, np.array(means), np.ones(len(means)) if weights is None else np.array(weights))


@settings(deadline=None)
@given(st.lists(st.tuples(error, st.floats(0.1, 10.0)), min_size=3, max_size=9), st.floats(0.05, 1.6))
def test_nonnegative_equals_scipy_nnls(pairs, b):
    points = points_of(*zip(*pairs, strict=True))
    root = np.sqrt(points.weights)
    design = np.stack([points.ratios**-b, np.ones_like(points.ratios)], axis=1) * root[:, None]
    expected, norm = optimize.nnls(design, points.means * root)
    a, c, left = nonnegative(points, np.array([b]))
    assert left[0] == pytest.approx(norm**2, rel=1e-6, abs=1e-12)
    assert [a[0], c[0]] == pytest.approx(expected.tolist(), rel=1e-5, abs=1e-6)


def test_free_solution_equals_lstsq():
    points = points_of([0.2, 0.5, 0.1, 0.4], [1.0, 2.0, 3.0, 4.0])
    s = sums(points, np.array([0.3, 0.9]))
    for k, b in enumerate(s.b):
        root = np.sqrt(points.weights)
        design = np.stack([points.ratios**-b, np.ones(4)], axis=1) * root[:, None]
        expected, left, *_ = np.linalg.lstsq(design, points.means * root)
        assert [s.slope[k], s.intercept[k], s.residual[k]] == pytest.approx([*expected, left[0]])


@settings(deadline=None)
@given(st.floats(0.05, 1.5), st.floats(0.0, 0.3), st.floats(0.01, 0.5))
def test_best_law_recovers_an_exact_one(b, c, a):
    ratios = points_of([0.0] * 6).ratios
    best = best_law(Points(ratios, c + a * ratios**-b, np.ones(6)))
    assert best.b == pytest.approx(b, abs=1e-4)
    assert best.a + best.c == pytest.approx(a + c, rel=1e-6)  # the error at n0; a and c alone trade off at small b
    assert best.residual < 1e-12


@settings(deadline=None)
@given(st.lists(error, min_size=4, max_size=8))
def test_no_other_law_fits_better(means):
    points = points_of(means)
    rival = min(nonnegative(points, np.linspace(LOWEST_EXPONENT, HIGHEST_EXPONENT, 2000))[2])
    assert best_law(points).residual <= rival * (1 + 1e-6) + 1e-12


def test_rising_means_give_a_flat_law():
    best = best_law(points_of([0.1, 0.2, 0.3, 0.4]))
    assert (best.a, best.c) == pytest.approx((0.0, 0.25))
