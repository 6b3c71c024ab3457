"""The laws to simulate are what their documentation says."""

import numpy as np
import pytest

from netwright.scaling.true_laws import BendingLaw, BrokenLaw, MorganMercerFlodin, PowerLaw, Weibull


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
