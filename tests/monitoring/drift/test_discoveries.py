"""Discoveries: e-BH, and nothing before one feature alone has evidence enough."""

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from netwright.monitoring.drift.discoveries import discover


def slow(values, level):
    """Try every number of discoveries, from the most down."""
    if not values or max(values) < len(values) / level:
        return [False] * len(values)
    for k in range(len(values), 0, -1):
        bound = len(values) / (level * k)
        if sum(value >= bound for value in values) >= k:
            return [value >= sorted(values)[-k] for value in values]
    return [False] * len(values)


@given(st.lists(st.integers(1, 4000), max_size=12), st.sampled_from([0.01, 0.03, 0.3]))
def test_discoveries_are_those_of_the_definition(values, level):
    found = discover(np.log(np.array([value + 0.5 for value in values])), level)
    assert found.tolist() == slow([value + 0.5 for value in values], level)


@given(st.lists(st.floats(0, 50), min_size=1, max_size=8), st.integers(0, 7), st.floats(0, 5))
def test_more_evidence_never_takes_a_discovery_back(values, which, more):
    grown = list(values)
    grown[which % len(values)] += more
    assert (discover(np.array(values), 0.01) <= discover(np.array(grown), 0.01)).all()


def test_the_share_of_false_discoveries_is_small():
    # nine of ten features are calm: their e-values are exp(s z - s^2 / 2), whose mean is 1
    rng, shares = np.random.default_rng(0), []
    for _ in range(4000):
        s = 3.0
        values = s * rng.normal(size=10) - s * s / 2
        values[0] = math.log(1e6)
        found = discover(values, 0.1)
        shares.append(found[1:].sum() / max(found.sum(), 1))
    assert np.mean(shares) <= 0.1


def test_without_features_nothing_is_discovered():
    assert discover(np.zeros(0), 0.01).tolist() == []
