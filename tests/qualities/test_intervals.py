from math import sqrt

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from netwright.qualities.intervals import Z, mean_interval, wilson_interval


@given(st.integers(1, 20_000), st.data())
def test_wilson_ends_solve_the_score_equation(n, data):
    successes = data.draw(st.integers(0, n))
    share = successes / n
    low, high = wilson_interval(successes, n)
    assert 0 <= low <= share <= high <= 1
    for end in (low, high):
        # the ends are the shares whose own normal test just does not reject what was seen
        if 0 < end < 1:
            assert abs(share - end) == pytest.approx(Z * sqrt(end * (1 - end) / n), rel=1e-6, abs=1e-12)


def test_wilson_covers_at_its_level():
    n, share = 60, 0.9
    draws = torch.distributions.Binomial(n, torch.tensor(share))
    # the exact coverage: the probability of every count whose interval holds the share
    coverage = sum(
        float(draws.log_prob(torch.tensor(float(k))).exp())
        for k in range(n + 1)
        if wilson_interval(k, n)[0] <= share <= wilson_interval(k, n)[1]
    )
    assert 0.87 <= coverage <= 0.94


def test_mean_is_cut_to_what_is_possible():
    assert mean_interval(torch.tensor([0.0, 0.0, 0.1]), 0.0, 2.0)[0] == 0.0
    assert mean_interval(torch.tensor([2.0, 2.0, 1.9]), 0.0, 2.0)[1] == 2.0


def test_one_image_says_nothing():
    assert mean_interval(torch.tensor([0.3]), 0.0, 2.0) == (0.0, 2.0)
