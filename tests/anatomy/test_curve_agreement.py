"""Agreement of two curves against scipy, and shifts counted one by one."""

from math import isnan

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import spearmanr

from netwright.anatomy.curve_agreement import curve_agreement

CURVES = st.integers(3, 12).flatmap(
    lambda count: st.tuples(*(st.lists(st.integers(-4, 4), min_size=count, max_size=count) for _ in range(2)))
)


@given(CURVES)
def test_it_is_spearmans_and_chance_is_the_share_of_shifts_that_agree_as_well(curves):
    first, second = curves
    seen = curve_agreement(first, second)
    if len(set(first)) == 1 or len(set(second)) == 1:
        assert isnan(seen.rank_correlation)
        assert isnan(seen.chance)
        return
    shifts = [spearmanr(first[-s:] + first[:-s], second).statistic for s in range(len(first))]
    assert seen.rank_correlation == pytest.approx(shifts[0], abs=1e-9)
    assert seen.chance == sum(value >= shifts[0] - 1e-9 for value in shifts) / len(first)


def test_two_values_tell_nothing():
    assert isnan(curve_agreement((1, 2), (1, 2)).rank_correlation)
