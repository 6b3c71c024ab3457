"""What all draws keep to."""

import numpy as np
import pytest

from netwright.scaling.draws import DRAWS, draw, even_points
from netwright.scaling.laws.catalog import LAWS
from netwright.scaling.noise import pool_noise, weigh
from netwright.scaling.observations import observe
from netwright.scaling.posterior import grid_posterior

ERRORS = [[0.9 / (1 + (n / 300) ** 0.8) + noise for noise in (-0.01, 0.0, 0.01)] for n in 100 * 2 ** np.arange(9)]


def drawn():
    points, expected = weigh(seen := observe(100 * 2 ** np.arange(9), ERRORS))
    noise = pool_noise(seen, expected)
    return points, draw([grid_posterior(law, points, noise) for law in LAWS], points)


def test_even_points_fill_every_box():
    u = even_points(1000, 3)
    boxes = np.histogramdd(u, bins=4, range=[(0, 1)] * 3)[0]
    assert u.min() >= 0
    assert u.max() < 1
    assert boxes.min() >= 10  # 15.6 expected; a random draw of 1000 has boxes of 6
    assert boxes.max() <= 22


def test_draws_are_valid_laws():
    points, draws = drawn()
    laws = {law.name: law for law in LAWS}
    assert len(draws.laws) == len(draws.constants) == DRAWS
    for name, row in zip(draws.laws, draws.constants, strict=True):
        law = laws[name]
        assert len(row) == len(law.axes) + 2
        assert row[0] > 0
        assert row[-1] >= 0
        assert float(law.predict(law.top * points.ratios[0], row)) <= 1 + 1e-5
        for axis, value in zip(law.axes, row[1:-1], strict=True):
            low, high = axis.bounds(points.ratios)
            assert low * (1 - 1e-6) <= value <= high * (1 + 1e-6)


def test_draws_have_seven_digits():
    assert all(value == float(f"{value:.7g}") for row in drawn()[1].constants for value in row)


def test_no_part_of_the_draws_is_of_one_law_alone():
    _, draws = drawn()
    name = max(set(draws.laws), key=draws.laws.count)
    halves = [draws.laws[:500].count(name), draws.laws[500:].count(name)]
    assert 0.2 < draws.laws.count(name) / DRAWS < 1.0
    assert halves[0] == pytest.approx(halves[1], rel=0.2)
