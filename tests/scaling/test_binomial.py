"""Jeffreys' interval: quantiles of its posterior, covering on average as often as it says."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from netwright.records.errors import InputError
from netwright.scaling.binomial import jeffreys, share_draws


@given(st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_holds_the_share_and_is_that_of_the_beta_posterior(counted):
    successes, n = counted
    value, low, high = jeffreys(successes, n)
    assert 0 <= low <= value == successes / n <= high <= 1
    posterior = stats.beta(successes + 0.5, n - successes + 0.5)
    assert low == (pytest.approx(posterior.ppf(0.05)) if successes else 0)
    assert high == (pytest.approx(posterior.ppf(0.95)) if successes < n else 1)
    # what failed there succeeds here
    assert jeffreys(n - successes, n) == pytest.approx((1 - value, 1 - high, 1 - low), abs=1e-9)


def test_it_covers_ninety_per_cent_on_average():
    truths, n = np.linspace(0.02, 0.98, 97), 15
    intervals = [jeffreys(k, n)[1:] for k in range(n + 1)]
    held = [
        sum(stats.binom.pmf(k, n, p) for k, (low, high) in enumerate(intervals) if low <= p <= high) for p in truths
    ]
    assert np.mean(held) == pytest.approx(0.9, abs=0.015)


def test_draws_are_those_of_the_posterior_and_always_the_same():
    draws = share_draws(14, 15, 1000)
    assert np.quantile(draws, [0.05, 0.5, 0.95]) == pytest.approx(
        stats.beta(14.5, 1.5).ppf([0.05, 0.5, 0.95]), abs=1e-3
    )
    assert (draws == share_draws(14, 15, 1000)).all()
    # shuffled: no trend that could pair with the order of other draws
    assert abs(np.corrcoef(draws, np.arange(1000))[0, 1]) < 0.1


@pytest.mark.parametrize(("successes", "n"), [(0, 0), (3, 2), (-1, 2)])
def test_impossible_counts_are_refused(successes, n):
    with pytest.raises(InputError):
        jeffreys(successes, n)
    with pytest.raises(InputError):
        share_draws(successes, n, 10)
