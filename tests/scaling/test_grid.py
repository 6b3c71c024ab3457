"""Boxes of constants and their cells."""

import numpy as np
import pytest

from netwright.scaling.grid import Box, whole
from netwright.scaling.laws.catalog import LAWS
from netwright.scaling.laws.constant import CONSTANT

SQUARE = Box(np.array([0.0, -1.0]), np.array([1.0, 1.0]))


def test_cells_are_every_combination():
    cells = SQUARE.cells((3, 5))
    assert cells.shape == (15, 2)
    assert {tuple(cell) for cell in cells.tolist()} == {(a / 2, b / 2) for a in range(3) for b in range(-2, 3)}
    assert SQUARE.steps((3, 5)).tolist() == [0.5, 0.5]


def test_middles_are_of_cells_that_fill_the_box():
    assert Box(np.array([0.0]), np.array([1.0])).middles((4,)).ravel().tolist() == [0.125, 0.375, 0.625, 0.875]
    assert SQUARE.middles((1, 2)).tolist() == [[0.5, -0.5], [0.5, 0.5]]


def test_no_axis_is_one_cell():
    box = whole(CONSTANT, np.ones(3))
    assert box.cells(()).shape == (1, 0)
    assert box.steps(()).size == 0


def test_a_box_around_a_point_stays_inside():
    inner = SQUARE.around(np.array([0.95, 0.0]), np.array([0.1, 0.5]))
    assert inner.low == pytest.approx([0.8, -0.5])
    assert inner.high == pytest.approx([1.0, 0.5])


def test_an_enclosing_box_holds_cells_and_their_neighbours():
    inner = SQUARE.enclosing(np.array([[0.5, -1.0], [0.6, -0.5]]), np.array([0.1, 0.25]))
    assert inner.low == pytest.approx([0.4, -1.0])
    assert inner.high == pytest.approx([0.7, -0.25])


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.name)
def test_the_whole_box_is_that_of_the_axes(law):
    ratios = np.array([0.25, 1.0, 4.0])
    box = whole(law, ratios)
    assert np.exp(np.stack([box.low, box.high], axis=1)) == pytest.approx(
        np.array([axis.bounds(ratios) for axis in law.axes]).reshape(-1, 2)
    )
