"""The pooled relative deviation between seeds, and the weights made from it."""

import numpy as np
import pytest

from netwright.scaling.noise import ASSUMED_NOISE, SMALLEST_NOISE, pool_noise, weigh
from netwright.scaling.observations import observe

NAN = float("nan")


def test_pooled_noise_equals_the_definition():
    errors = np.random.default_rng(0).uniform(0.1, 0.3, (4, 3))
    expected = np.array([0.4, 0.3, 0.2, 0.1])
    squares = sum(((row - row.mean()) ** 2).sum() / e**2 for row, e in zip(errors, expected, strict=True))
    noise = pool_noise(observe([1, 2, 4, 8], errors), expected)
    assert noise.deviation == pytest.approx((squares / 8) ** 0.5)
    assert noise.degrees == 8
    assert not noise.assumed


def test_missing_seeds_count_no_degrees():
    noise = pool_noise(observe([1, 2, 4], [[0.5, 0.4, NAN], [0.4, NAN, NAN], [0.3, 0.2, 0.1]]), np.full(3, 0.3))
    assert noise.degrees == 3


def test_one_seed_has_assumed_noise():
    noise = pool_noise(observe([1, 2, 4], [0.5, 0.4, 0.3]), np.full(3, 0.4))
    assert noise.assumed
    assert noise.deviation == pytest.approx(ASSUMED_NOISE)


def test_equal_seeds_have_the_smallest_noise():
    assert pool_noise(observe([1, 2, 4], [[0.5] * 3] * 3), np.full(3, 0.5)).deviation == pytest.approx(SMALLEST_NOISE)


def test_estimate_is_unbiased_on_simulated_seeds():
    random = np.random.default_rng(1)
    truth = np.array([0.4, 0.3, 0.2, 0.15, 0.1])
    found = [
        pool_noise(observe([1, 2, 4, 8, 16], truth[:, None] * (1 + 0.06 * random.standard_normal((5, 3)))), truth)
        for _ in range(400)
    ]
    assert np.mean([noise.deviation**2 for noise in found]) == pytest.approx(0.06**2, rel=0.08)


def test_weights_fall_with_the_square_of_the_error_and_rise_with_seeds():
    n = np.array([100, 200, 400, 800])
    exact = 4 * n**-0.5
    errors = np.stack([exact, [NAN, *exact[1:]]], axis=1)
    points, expected = weigh(observe(n, errors))
    assert expected == pytest.approx(exact, rel=1e-6)
    assert points.weights == pytest.approx(np.array([1, 2, 2, 2]) / exact**2, rel=1e-6)


def test_weights_of_zero_errors_are_finite():
    points, expected = weigh(observe([1, 2, 4], [0.0, 0.0, 0.0]))
    assert np.isfinite(points.weights).all()
    assert (expected > 0).all()
