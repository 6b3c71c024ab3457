import pytest
from hypothesis import given
from hypothesis import strategies as st

from netwright.report.charts.axis import axis_of

positive = st.floats(1e-6, 1e9)


@given(st.sampled_from(["s", "B", "count", "FLOP", "1/s", "ratio"]), st.lists(positive, min_size=1, max_size=8))
def test_holds_every_value_inside(unit, values):
    values = [min(value, 1.0) for value in values] if unit == "ratio" else values
    axis = axis_of("Title", unit, values)
    for value in values:
        assert -1e-9 <= axis.place(value) <= 1 + 1e-9


@given(st.lists(positive, min_size=1, max_size=5), st.floats(0, 1))
def test_at_is_the_inverse_of_place(values, place):
    axis = axis_of("Title", "s", values)
    assert axis.place(axis.at(place) * axis.factor) == pytest.approx(place, abs=1e-6)


def test_zero_cannot_be_on_a_logarithmic_axis():
    assert not axis_of("Title", "s", [0.0, 1.0]).logarithmic


def test_ratios_stay_between_nothing_and_all():
    assert axis_of("Accuracy", "ratio", [0.01, 0.99]).domain == (0.0, 1.0)


def test_what_is_not_finite_is_left_out():
    assert axis_of("T", "s", [float("nan"), float("inf"), 2.0]).domain == axis_of("T", "s", [2.0]).domain


def test_nothing_at_all_still_gives_an_axis():
    axis = axis_of("T", "count", [])
    assert axis.domain[0] < axis.domain[1]


def test_microseconds_are_written_with_their_sign():
    assert axis_of("Latency", "s", [2e-4, 3e-4]).title == "Latency (µs)"
