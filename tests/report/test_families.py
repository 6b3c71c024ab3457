from hypothesis import given
from hypothesis import strategies as st
from watched_training import make_diverged, make_dynamics, make_series

from netwright.report.families import (
    MOST_FAMILIES,
    MOST_POINTS,
    drawn_families,
    kinds_of,
    movement,
    readings,
    scale_of,
)


def test_kinds_come_in_the_order_of_the_slides():
    assert kinds_of(make_dynamics()) == ("translation", "scale", "rescale", "null")


def test_the_families_that_move_most_are_drawn_in_their_own_order():
    series = [make_series("scale", f"conv{i}", rate=1e-4 * ((7 * i) % 10)) for i in range(10)]
    drawn = drawn_families(series)
    assert len(drawn) == MOST_FAMILIES
    assert [one.place for one in drawn] == [one.place for one in series if one in drawn]
    left = [one for one in series if one not in drawn]
    assert max(map(movement, left)) <= min(map(movement, drawn))


def test_of_families_that_move_alike_the_larger_one_is_drawn():
    series = [make_series("scale", f"conv{i}", count=8 + i) for i in range(9)]
    assert [one.place for one in drawn_families(series)] == [f"conv{i}" for i in range(1, 9)]


def test_what_is_no_number_is_not_drawn():
    diverged = make_diverged(make_dynamics())
    gone = diverged.series[-1]
    assert drawn_families([gone]) == ()
    assert readings(gone) == ()
    assert movement(gone) == 0.0
    assert len(readings(diverged.series[0])) == MOST_POINTS - 1


def test_charges_are_divided_by_their_size_or_by_their_largest_reading():
    series = make_series("rescale", "fc1 to fc2", count=10, start=-0.5)
    assert scale_of(series) == 10
    assert readings(series)[0].measured == -0.5
    unknown = series.model_copy(update={"size": 0.0})
    assert max(abs(reading.measured) for reading in readings(unknown)) == 1.0
    still = unknown.model_copy(update={"measured": (0.0,) * len(series.steps)})
    assert scale_of(still) == 1.0


@given(st.lists(st.floats(0, 1), min_size=1, max_size=60), st.integers(2, 20))
def test_thinning_keeps_both_ends_and_the_largest_error(errors, most):
    count = len(errors)
    series = make_series("scale", "conv").model_copy(
        update={"steps": tuple(range(count)), "measured": tuple(map(float, range(count))), "error": tuple(errors)}
    )
    seen = readings(series, most)
    assert len(seen) <= most
    assert (seen[0].step, seen[-1].step) == (0, count - 1)
    assert [reading.step for reading in seen] == sorted({reading.step for reading in seen})
    assert max(reading.error for reading in seen) == max(errors)
    assert all(reading.measured == reading.step / scale_of(series) for reading in seen)
