"""Sensitivity against known shares of variance."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netwright.scaling.sensitivity import omega_squared, sensitivity


def test_a_parameter_that_explains_everything():
    levels = np.repeat([0, 1, 2], 5)
    assert omega_squared(levels, levels * 0.1) == pytest.approx(1.0)


def test_a_known_share_of_variance():
    random = np.random.default_rng(0)
    levels = random.integers(0, 2, 200_000)
    # variance of the levels 1/4, of the noise 3/4
    scores = levels + np.sqrt(0.75) * random.standard_normal(len(levels))
    assert omega_squared(levels, scores) == pytest.approx(0.25, abs=0.01)


def test_chance_explains_nothing_on_average():
    random = np.random.default_rng(1)
    shares = [omega_squared(random.integers(0, 4, 24), random.standard_normal(24)) for _ in range(300)]
    # cut at 0 below; without the correction for chance it would be 3/23 = 0.13
    assert np.mean(shares) < 0.07


@given(st.lists(st.tuples(st.integers(0, 3), st.floats(0, 1)), min_size=4, max_size=30))
def test_shares_and_intervals_stay_in_range(pairs):
    settings, scores = [{"depth": level} for level, _ in pairs], [score for _, score in pairs]
    for effect in sensitivity(settings, scores):
        assert 0 <= effect.low <= effect.share <= effect.high <= 1


def test_a_parameter_that_never_changed_is_left_out():
    settings = [{"depth": i % 2, "width": 1} for i in range(8)]
    assert [effect.parameter for effect in sensitivity(settings, [0.1 * i for i in range(8)])] == ["depth"]


def test_failed_proposals_do_not_count():
    settings = [{"depth": i % 2} for i in range(9)]
    (effect,) = sensitivity(settings, [*(0.5 + 0.1 * (i % 2) for i in range(8)), float("nan")])
    assert effect.n == 8
    assert effect.slope == pytest.approx(0.1)


def test_too_few_proposals_say_nothing():
    assert sensitivity([{"depth": 0}, {"depth": 1}], [0.1, 0.2]) == ()
