"""The simulated laws and designs are what their documentation says."""

import numpy as np
import pytest

from netwright.scaling.simulate import (
    SimulatedDesign,
    draw_bending_law,
    draw_broken_law,
    draw_floorless_law,
    draw_mmf,
    draw_power_law,
    draw_weibull,
    simulate,
)

DRAWERS = [draw_power_law, draw_floorless_law, draw_bending_law, draw_mmf, draw_weibull, draw_broken_law]


@pytest.mark.parametrize("draw_law", DRAWERS)
def test_laws_fall_inside_the_range(draw_law):
    random, design = np.random.default_rng(0), SimulatedDesign(sizes=6, seeds=2)
    for _ in range(50):
        law, errors = simulate(random, design, draw_law)
        expected = law(design.images)
        assert 0.05 <= expected[-1] < expected[0] <= 0.6
        assert errors.shape == (6, 2)
        assert ((errors >= 0) & (errors <= 1)).all()


@pytest.mark.parametrize("draw_law", DRAWERS)
def test_the_same_seed_simulates_the_same_curve(draw_law):
    design = SimulatedDesign(sizes=5, seeds=3)
    one, other = (simulate(np.random.default_rng(4), design, draw_law) for _ in range(2))
    assert one[0] == other[0]
    assert one[1].tolist() == other[1].tolist()


def test_noise_is_relative_and_as_large_as_asked():
    random, design = np.random.default_rng(0), SimulatedDesign(sizes=5, seeds=400, noise=(0.07, 0.07))
    law, errors = simulate(random, design, draw_power_law)
    relative = errors / law(design.images)[:, None] - 1
    assert relative.std(axis=1) == pytest.approx(0.07, rel=0.12)
    assert relative.mean() == pytest.approx(0, abs=0.006)
