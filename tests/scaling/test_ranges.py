"""Feasible and optimal ranges: ends with closed forms, empty ranges that name what binds."""

from math import inf, nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netwright.records.scalability import Range
from netwright.scaling.elasticity import complement
from netwright.scaling.ranges import feasible_range, optimal_range
from netwright.scaling.requirement import Requirement

from .closed_forms import SIZES, curves, growth, laws, power_curve, verdict

MEASURED = SIZES[0], SIZES[-1]


def accuracy(bound, *draws):
    return Requirement(verdict("accuracy", ">=", bound, f">= {bound}"), complement(power_curve(*draws).at))


def seconds(bound, *draws):
    return Requirement(verdict("training_time", "<=", bound, f"<= {bound:g} s", unit="s"), growth(*draws).at)


LEARNS = (0.1, 0.5, 0.1)


def test_accuracy_opens_and_time_closes_it():
    # accuracy 0.85 from 2000 images on; 1 + (n/500) = 9 s at 4000
    found, why = feasible_range([accuracy(0.85, LEARNS), seconds(9.0, (1.0, 1.0, 1.0))], MEASURED)
    assert (found.low, found.high) == pytest.approx((2000, 4000), rel=1e-6)
    assert (found.binding, found.extrapolated, why) == ("training_time <= 9 s", True, "")


def test_within_what_was_measured_nothing_is_extrapolated():
    found, _ = feasible_range([accuracy(0.8, LEARNS), seconds(3.0, (1.0, 1.0, 1.0))], MEASURED)
    assert (found.low, found.high) == pytest.approx((500, 1000), rel=1e-6)
    assert not found.extrapolated


def test_nothing_closes_it_within_the_limit():
    found, _ = feasible_range([accuracy(0.8, LEARNS)], MEASURED)
    assert (found.low, found.high, found.binding) == (pytest.approx(500, rel=1e-6), inf, "")
    assert found.extrapolated


def test_an_end_is_where_nine_draws_in_ten_hold():
    slow = [(0.0, t, 1.0) for t in (1, 1, 1, 1, 1, 1, 1, 1, 2, 4)]
    # the second slowest draw meets 4 s up to 1000 images
    assert feasible_range([seconds(4.0, *slow)], MEASURED)[0].high == pytest.approx(1000, rel=1e-6)


def test_all_together_must_hold():
    # 0.95 each: together 0.9025, then 0.857
    sure = [Requirement(verdict(f"q{i}", "<=", 1.0, "<= 1", probability=0.95, value=0.9)) for i in range(3)]
    assert feasible_range(sure[:2], MEASURED)[0] is not None
    found, why = feasible_range(sure, MEASURED)
    assert found is None
    assert "q0 <= 1: 0.9, holds with probability 0.95" in why
    assert "together hold with probability 0.86 at most" in why


def test_an_empty_range_names_what_binds_and_by_how_much():
    # the floor of the error is 0.1, so that 0.95 is out of reach; at 16,000 images e = 0.1177
    found, why = feasible_range([accuracy(0.95, LEARNS), seconds(1e6, (1.0, 1.0, 1.0))], MEASURED)
    assert found is None
    assert why.startswith("accuracy >= 0.95: 0.882, 0.0677 short, holds with probability 0.00 at n = 16000")


def test_constraints_that_never_hold_at_one_size_leave_it_empty():
    # accuracy wants 2000, time allows 1000: the text is about a size between or at an end, and names one of them
    found, why = feasible_range([accuracy(0.85, LEARNS), seconds(3.0, (1.0, 1.0, 1.0))], MEASURED)
    assert found is None
    assert why.startswith(("accuracy >= 0.85", "training_time <= 3 s"))
    assert "short" in why


def test_what_was_not_measured_leaves_it_empty():
    unknown = Requirement(verdict("size", "<=", 4e6, "<= 4 MB", unit="B", probability=nan, value=nan, slack=nan))
    assert feasible_range([accuracy(0.8, LEARNS), unknown], MEASURED) == (None, "size <= 4 MB: size was not measured")


@given(curve=curves, cost=laws, bound=st.floats(0.5, 0.95), limit=st.floats(0.5, 40.0), easier=st.floats(0.0, 0.2))
def test_all_sizes_in_it_hold_and_easier_constraints_widen_it(curve, cost, bound, limit, easier):
    t0, p, t1 = cost

    def needed(relief):
        return [
            Requirement(verdict("accuracy", ">=", bound - relief), complement(curve.at)),
            seconds(limit * (1 + relief), (t0, t1 + 0.01, p)),
        ]

    found, why = feasible_range(needed(0.0), MEASURED)
    assert (found is None) == bool(why)
    if found is None:
        return
    assert SIZES[0] <= found.low <= found.high
    for n in np.geomspace(found.low, min(found.high, 16_000), 7):
        assert np.prod([each.probability(float(n)) for each in needed(1e-9)]) >= 0.9
    wider, _ = feasible_range(needed(easier), MEASURED)
    assert wider.low <= found.low * (1 + 1e-6)
    assert wider.high >= found.high * (1 - 1e-6)


@pytest.mark.parametrize(
    ("feasible", "suitable", "saturated", "wanted"),
    [
        (Range(low=100, high=900, binding="x"), 200.0, 500.0, Range(low=200, high=500, binding="saturation")),
        (Range(low=300, high=400, binding="x"), 200.0, 500.0, Range(low=300, high=400, binding="x")),
        (Range(low=300, high=inf), 200.0, inf, Range(low=300, high=inf, extrapolated=True)),
        (Range(low=300, high=inf), 200.0, 5000.0, Range(low=300, high=5000, binding="saturation", extrapolated=True)),
    ],
)
def test_optimal_is_what_is_feasible_suitable_and_not_saturated(feasible, suitable, saturated, wanted):
    assert optimal_range(feasible, suitable, saturated, 1000) == (wanted, "")


@pytest.mark.parametrize(
    ("feasible", "suitable", "saturated", "told"),
    [
        (None, 200.0, 500.0, "no size is feasible"),
        (Range(low=100, high=900), inf, 500.0, "known to reach the target"),
        (Range(low=100, high=900), 600.0, 500.0, "takes n = 600, but it is saturated from n = 500"),
        (Range(low=100, high=300), 600.0, 500.0, "takes n = 600, but it is feasible up to n = 300"),
        (Range(low=700, high=900), 600.0, 500.0, "feasible from n = 700, but it is saturated from n = 500"),
    ],
)
def test_an_empty_optimal_range_says_why(feasible, suitable, saturated, told):
    found, why = optimal_range(feasible, suitable, saturated, 1000)
    assert found is None
    assert told in why
