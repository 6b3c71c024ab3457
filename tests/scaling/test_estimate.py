"""Estimates are draws: ordered, indifferent to the order of the draws, at ease with infinity."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from netwright.scaling.estimate import estimate


@given(st.lists(st.floats(-1e6, 1e6) | st.just(float("inf")), min_size=1, max_size=50))
def test_value_lies_in_its_interval_and_is_a_draw(draws):
    value, low, high = estimate(draws)
    assert low <= value <= high
    assert {value, low, high} <= set(draws)
    assert estimate(draws[::-1]) == (value, low, high)


def test_the_ends_leave_a_twentieth_on_either_side():
    assert estimate(np.arange(1.0, 101.0)) == (50, 5, 95)
