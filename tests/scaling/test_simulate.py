"""The simulated laws and designs are what their documentation says."""

import numpy as np
import pytest

from netwright.scaling.simulate import (
    BendingLaw,
    BrokenLaw,
    MorganMercerFlodin,
    PowerLaw,
    SimulatedDesign,
    Weibull,
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


def test_bending_law_has_its_exponent_in_the_middle():
    law = BendingLaw(first=100, start=0.5, b=0.4, bend=0.03, middle=1.5)
    middle, step = 100 * np.exp(1.5), 1e-4
    slope = np.log(law(middle * np.exp(step)) / law(middle * np.exp(-step))) / (2 * step)
    assert slope == pytest.approx(-0.4, abs=1e-6)
    assert law(100) == pytest.approx(0.5)


def test_laws_reach_their_floors():
    assert PowerLaw(100, 0.5, 0.5, 0.1)(1e12) == pytest.approx(0.1, abs=1e-4)
    assert MorganMercerFlodin(0.9, 100, 1.0, 0.1)(1e9) == pytest.approx(0.1, abs=1e-4)
    assert MorganMercerFlodin(0.9, 100, 1.0, 0.1)(1e-9) == pytest.approx(0.9, abs=1e-4)
    assert Weibull(0.9, 100, 0.5, 0.1)(1e9) == pytest.approx(0.1, abs=1e-4)
    assert Weibull(0.9, 100, 0.5, 0.1)(100) == pytest.approx(0.1 + 0.8 / np.e)
    assert BrokenLaw(100, 0.5, 0.2, 0.7, 300, 1.0, 0.1)(1e15) == pytest.approx(0.1, abs=1e-4)


@pytest.mark.parametrize(("n", "exponent"), [(1e-6, 0.2), (1e12, 0.7)])
def test_a_broken_law_has_one_exponent_before_its_knee_and_another_beyond(n, exponent):
    law = BrokenLaw(first=100, start=0.5, b=0.2, later=0.7, knee=300, width=0.5, c=0.0)
    assert np.log(law(1.01 * n) / law(n)) / np.log(1.01) == pytest.approx(-exponent, abs=1e-3)
    assert law(100) == pytest.approx(0.5)
