"""Saturation against the closed form of the power law, and against other laws."""

from math import inf

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netwright.records.errors import InputError
from netwright.scaling.saturation import saturation

from .closed_forms import N0, SIZES, OtherLaw, curves, laws, power_curve


@given(law=laws, gain=st.floats(1e-4, 0.1))
def test_of_a_power_law(law, gain):
    a, b, _ = law
    wanted = N0 * (a * (1 - 2**-b) / gain) ** (1 / b)
    value, low, high = saturation(power_curve(law), gain)
    assert value == low == high
    if wanted <= SIZES[0]:
        assert value == SIZES[0]
    elif wanted < 8 * SIZES[-1]:
        assert value == pytest.approx(wanted, rel=1e-6)
    else:
        assert value == inf or value == pytest.approx(wanted)


def test_of_another_law():
    # 1/ln n - 1/ln 2n = 0.01 where u (u + ln 2) = 100 ln 2, u = ln n
    u = -np.log(2) / 2 + np.sqrt(np.log(2) ** 2 / 4 + 100 * np.log(2))
    assert saturation(OtherLaw(k=(1.0,), c=0.1), 0.01)[0] == pytest.approx(np.exp(u), rel=1e-3)


def test_it_is_the_last_crossing_of_a_law_that_falls_late():
    class Late:
        sizes = SIZES

        def at(self, n):
            # hardly any gain before 1000, most of it around there, none after 4000
            return [0.5 - 0.4 / (1 + (1000 / n) ** 4)]

    found = saturation(Late(), 0.02)[0]

    def gain(n):
        return Late().at(n)[0] - Late().at(2 * n)[0]

    assert gain(SIZES[0]) < 0.02
    assert gain(found) == pytest.approx(0.02, rel=0.02)
    assert gain(found * 1.1) < 0.02 < gain(found / 1.1)


@given(curve=curves, gain=st.floats(1e-3, 0.1), factor=st.floats(1.0, 5.0))
def test_a_larger_gain_saturates_earlier(curve, gain, factor):
    late, early = saturation(curve, gain), saturation(curve, gain * factor)
    assert all(SIZES[0] <= small <= large * (1 + 1e-9) for small, large in zip(early, late, strict=True))


def test_a_flat_curve_is_saturated_from_the_start():
    assert saturation(power_curve((0.0, 0.5, 0.2)), 0.01) == (SIZES[0],) * 3


def test_a_gain_of_nothing_is_refused():
    with pytest.raises(InputError, match="gain of 0"):
        saturation(power_curve((0.1, 0.5, 0.1)), 0.0)
