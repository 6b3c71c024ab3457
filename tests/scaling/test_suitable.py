"""Suitable size against the closed form and the definition."""

from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netwright.scaling.suitable import suitable_size

from .closed_forms import N0, SIZES, OtherLaw, curves, power_curve


@pytest.mark.parametrize(("target", "wanted"), [(0.15, 2000.0), (0.2, 500.0), (0.11, inf), (0.1, inf), (0.9, 125.0)])
def test_of_a_known_law(target, wanted):
    # e = 0.1 + 0.1 (n/500)^-1/2: n = 500 (0.1/(target - 0.1))^2; 50,000 for 0.11 is beyond 16,000
    assert suitable_size(power_curve((0.1, 0.5, 0.1)), target) == pytest.approx(wanted)


def test_nine_draws_in_ten_decide():
    draws = [(0.1, 0.5, 0.0)] * 8 + [(0.2, 0.5, 0.0), (0.9, 0.5, 0.0)]
    assert suitable_size(power_curve(*draws), 0.2) == pytest.approx(N0)
    assert suitable_size(power_curve(*draws[:7], draws[9]), 0.2) == pytest.approx(N0 * 4.5**2)


def test_of_another_law():
    assert suitable_size(OtherLaw(k=(1.4,) * 10, c=0.0), 0.2) == pytest.approx(1096.633)  # e^7


@given(curve=curves, target=st.floats(0.01, 0.9), more=st.floats(0.0, 0.3))
def test_it_is_the_smallest_size_that_is_sure_and_falls_with_the_target(curve, target, more):
    found = suitable_size(curve, target)
    assert SIZES[0] <= found
    assert suitable_size(curve, target + more) <= found

    def probability(n):
        return sum(error <= target + 1e-12 for error in curve.at(n)) / len(curve.draws)

    if found == inf:
        assert probability(8 * SIZES[-1] * (1 - 1e-9)) < 0.9
    else:
        assert found <= 8 * SIZES[-1]
        assert probability(found * (1 + 1e-9)) >= 0.9
        assert found == SIZES[0] or probability(found * (1 - 1e-6)) < 0.9
