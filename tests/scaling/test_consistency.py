"""Epoch consistency: known curves, and its bounds."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netwright.records.errors import InputError
from netwright.scaling.consistency import consistency, long_enough, mean_curve

accuracies = st.lists(st.lists(st.floats(0, 1), min_size=0, max_size=20), min_size=0, max_size=5)


def test_a_known_training():
    # warm-up: 2 of 8; then 0.6 0.5 0.7 0.7 0.4 0.8: changes -0.1 0.2 0 -0.3 0.4
    found = consistency("a", 500, [[0.1, 0.9, 0.6, 0.5, 0.7, 0.7, 0.4, 0.8]])
    assert (found.warm_up, found.trainings, found.size) == (2, 1, 500)
    assert found.median_change == pytest.approx(0.2)
    assert found.draw_down == pytest.approx(0.3)  # 0.7 -> 0.4; the 0.9 was in the warm-up
    assert found.steadiness == pytest.approx(1 - 0.4 / 1.0)


def test_a_training_that_only_rises_and_one_that_stands_still_are_steady():
    for rows in ([[0.1, 0.2, 0.4, 0.5]], [[0.5] * 6]):
        found = consistency("a", 500, rows)
        assert (found.steadiness, found.draw_down) == (1, 0)


def test_figures_are_means_over_the_trainings():
    one, other = [0.2, 0.5, 0.7, 0.6, 0.8, 0.9], [0.2, 0.5, 0.7, 0.7, 0.7, 0.9]
    apart = [consistency("a", 500, [row]) for row in (one, other)]
    both = consistency("a", 500, [one, other])
    for figure in ("median_change", "draw_down", "steadiness"):
        assert getattr(both, figure) == pytest.approx(np.mean([getattr(found, figure) for found in apart]))
    assert both.trainings == 2


def test_what_is_too_short_or_broken_is_left_out():
    long = [0.1, 0.4, 0.6, 0.7, 0.75, 0.8, 0.82, 0.83]
    found = consistency("a", 500, [long, long[:3], [float("nan")] * 8, []])
    assert found == consistency("a", 500, [long])


def test_a_training_that_stops_early_leaves_no_step():
    high, low = np.linspace(0.5, 0.9, 10), np.linspace(0.1, 0.5, 10)
    assert np.diff(mean_curve([high, low[:5]])) == pytest.approx([0.4 / 9] * 9)
    assert [piece.phase for piece in consistency("a", 500, [high, low[:5]]).segments] == ["rise"]


@given(accuracies)
def test_bounds(rows):
    if not long_enough(rows):
        with pytest.raises(InputError, match="two epochs after its warm-up"):
            consistency("a", 500, rows)
        return
    found = consistency("a", 500, rows)
    assert 0 <= found.steadiness <= 1 + 1e-12
    assert 0 <= found.median_change <= 1
    assert 0 <= found.draw_down <= 1
    assert 1 <= found.trainings <= len(rows)
    # the seeds' order means nothing
    turned = consistency("a", 500, rows[::-1])
    assert turned.steadiness == pytest.approx(found.steadiness)
