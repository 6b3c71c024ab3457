"""The bet against its definition, in any parts; its false alarms; how soon it notices."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netwright.monitoring.exceedance import ALPHA, STAKES, Exceedance
from netwright.records.monitor import Evidence


def slow(happened, limit):
    """Every gambler who starts at every observation, one by one."""
    total = []
    for stake in STAKES:
        capital, starts = 0.0, []
        for t, x in enumerate(happened, start=1):
            starts.append(1 / (t * (t + 1)))
            starts = [one * (1 + stake * (x - limit) / limit) for one in starts]
            capital = math.fsum(starts)
        total.append(capital)
    return math.log(math.fsum(total) / len(STAKES))


@given(st.lists(st.booleans(), min_size=1, max_size=40), st.floats(0.01, 0.9))
def test_the_capital_is_the_sum_over_all_starts_and_stakes(happened, limit):
    found = Exceedance(limit).observe(Evidence(), np.array(happened))
    mean = np.logaddexp.reduce(found.capital) - np.log(len(STAKES))
    assert mean == pytest.approx(slow(happened, limit), abs=1e-9)
    assert (found.n, found.happened) == (len(happened), sum(happened))


@settings(max_examples=50)
@given(st.integers(0, 2**32 - 1), st.lists(st.integers(0, 60), max_size=8))
def test_the_parts_in_which_observations_come_make_no_difference(seed, sizes):
    rng = np.random.default_rng(seed)
    happened = rng.random(sum(sizes)) < rng.choice([0.05, 0.3, 0.9])
    watch, found, place = Exceedance(0.1), Evidence(), 0
    for size in sizes:
        found = Evidence.from_json(watch.observe(found, happened[place : place + size]).to_json())
        place += size
    whole = watch.observe(Evidence(), happened)
    assert found.capital == pytest.approx(whole.capital, abs=1e-6)
    assert (found.n, found.happened, found.crossed) == (whole.n, whole.happened, whole.crossed)


@pytest.mark.parametrize("limit", [0.01, 0.2])
def test_false_alarms_are_as_rare_as_promised_at_the_limit_itself(limit):
    rng, watch, runs = np.random.default_rng(0), Exceedance(limit, alpha=0.05), 400
    alarms = sum(watch.observe(Evidence(), rng.random(3000) < limit).crossed is not None for _ in range(runs))
    # the 0.001 quantile of a binomial with 0.05 is far above what such a bound comes to in practice
    assert alarms <= 0.05 * runs


def test_what_begins_late_is_noticed_soon():
    rng = np.random.default_rng(1)
    quiet, loud = rng.random(100_000) < 0.05, rng.random(2000) < 0.3
    found = Exceedance(0.1).observe(Evidence(), np.concatenate([quiet, loud]))
    assert found.crossed is not None
    assert 100_000 < found.crossed < 100_400


@pytest.mark.parametrize("limit", [-1.0, 0.0, 1e-9, 1.0, 2.0])
def test_limits_at_the_ends_are_no_trouble(limit):
    found = Exceedance(limit).observe(Evidence(), np.array([False] * 50 + [True] * 3))
    assert all(map(math.isfinite, found.capital))
    assert (found.crossed is not None) == (limit < 0.5)
    assert ALPHA == 0.001


def test_nothing_new_changes_nothing():
    before = Exceedance(0.1).observe(Evidence(), np.array([True]))
    assert Exceedance(0.1).observe(before, np.zeros(0, bool)) is before
