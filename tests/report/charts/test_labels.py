from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netwright.report.charts.labels import is_left, place_beside, spread

places = st.lists(st.floats(0, 100), max_size=12)


@given(places)
def test_spread_keeps_the_order_and_the_gap(positions):
    placed = spread(positions, gap=5.0, low=0.0, high=100.0)
    ordered = [p for _, p in sorted(zip(positions, placed, strict=True))]
    for below, above in pairwise(ordered):
        assert above - below >= 5.0 - 1e-6
    assert all(-1e-6 <= p <= 100 + 1e-6 for p in placed)


@given(st.lists(st.integers(0, 5), unique=True, max_size=6))
def test_spread_moves_nothing_that_has_room(tens):
    positions = [10.0 * ten for ten in tens]
    assert spread(positions, gap=9.0, low=0.0, high=100.0) == pytest.approx(positions)


def test_spread_runs_over_the_top_rather_than_together():
    assert spread([1.0, 1.0, 1.0], gap=5.0, low=0.0, high=6.0) == [0.0, 5.0, 10.0]


@given(st.lists(st.tuples(st.floats(0, 600), st.floats(0, 400)), max_size=5))
def test_labels_do_not_cover_each_other(points):
    width, height, middle = 60.0, 15.0, 320.0
    moves = place_beside(points, [width] * len(points), height, middle)
    lefts = [x + 8 if is_left(x, middle) else x - 8 - width for x, _ in points]
    rows = [y + move for (_, y), move in zip(points, moves, strict=True)]
    for i in range(len(points)):
        for j in range(i):
            apart = abs(rows[i] - rows[j]) >= 0.7 * height or abs(lefts[i] - lefts[j]) >= width
            assert apart
