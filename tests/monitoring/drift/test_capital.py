"""Capital: the mixture over all beginnings, and Ville's bound."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netwright.monitoring.drift.bets.hedge import number_hedge
from netwright.monitoring.drift.capital import Capital, e_value, log_begins, log_kept


@given(st.integers(0, 10**6))
def test_what_begins_comes_from_what_waits(begun):
    assert math.exp(log_begins(begun)) == pytest.approx(
        math.exp(log_kept(begun)) - math.exp(log_kept(begun + 1)), rel=1e-6
    )
    assert log_begins(begun) < 0


@settings(max_examples=30)
@given(st.integers(1, 12), st.integers(0, 100))
def test_the_recursion_equals_the_sum_over_beginnings(blocks, seed):
    rng = np.random.default_rng(seed)
    paid, shares = rng.normal(size=(blocks, 2, 3)), rng.dirichlet(np.ones(3))
    capital = Capital.start(2, 3)
    for one in paid:
        capital = capital.after(one)
    slow = np.full(2, math.exp(log_kept(blocks)))
    for begin in range(blocks):
        slow += math.exp(log_begins(begin)) * np.exp(paid[begin:].sum(axis=0)) @ shares
    np.testing.assert_allclose(np.exp(capital.log_value(np.log(shares))), slow)


def test_the_beginning_of_the_evidence_is_told():
    rng, capital, shares = np.random.default_rng(0), Capital.start(1, 2), np.log([0.5, 0.5])
    # calm blocks of an expert that bets little gain and lose about as much
    for block in range(1000):
        gain = rng.normal(0.8 if block >= 900 else -0.02, 0.2)
        capital = capital.after(np.array([[gain, -0.01]]))
    assert abs(capital.began(shares)[0] - 900) <= 20


def test_a_capital_beyond_all_numbers_stays_one():
    capital = Capital.start(1, 1)
    for _ in range(100):
        capital = capital.after(np.full((1, 1), 1000.0))
    assert e_value(float(capital.log_value(np.zeros(1))[0])) == 1e300


def highest(streams, blocks, seed):
    """Return the highest capital that bets on uniform ranks ever reach, in each of many streams."""
    rng, bet = np.random.default_rng(seed), number_hedge()
    capital, memory, shares = Capital.start(streams, len(bet.shares)), bet.start(streams), np.log(bet.shares)
    most = np.zeros(streams)
    for _ in range(blocks):
        paid, memory = bet.pay(rng.random((1, 8, streams)), memory)
        capital = capital.after(paid[0])
        most = np.maximum(most, capital.log_value(shares))
    return np.exp(most)


@pytest.mark.parametrize("level", [0.2, 0.05, 0.01])
def test_no_more_streams_than_the_level_ever_ring(level):
    most = _highest_of_many()
    assert (most >= 1 / level).mean() <= level + 3 * math.sqrt(level * (1 - level) / len(most))


def test_the_bound_is_not_kept_by_never_betting():
    assert (_highest_of_many() >= 2).mean() > 0.01


_KEPT = []


def _highest_of_many():
    # 10^4 rows of 600 streams, once for all levels
    if not _KEPT:
        _KEPT.append(highest(600, 1250, seed=0))
    return _KEPT[0]
