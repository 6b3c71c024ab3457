"""Quantiles from bins against quantiles of the values."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netwright.monitoring.latency_bins import WITHIN, binned, joined, quantile


@given(st.lists(st.floats(1e-6, 1e4), min_size=1, max_size=200), st.floats(0.01, 1))
def test_a_quantile_is_within_one_percent(latencies, share):
    exact = float(np.quantile(latencies, share, method="inverted_cdf"))
    assert quantile(binned(latencies), share) == pytest.approx(exact, rel=WITHIN + 1e-9)


@given(st.lists(st.floats(1e-6, 1e4)), st.lists(st.floats(1e-6, 1e4)))
def test_bins_join_as_their_values_do(some, more):
    assert joined(binned(some), binned(more)) == binned([*some, *more])


def test_what_is_no_latency_is_left_out():
    assert binned([math.nan, math.inf]) == {}
    assert math.isnan(quantile({}, 0.5))
    assert 0 < quantile(binned([0.0, -1.0]), 0.5) < 1e-6
