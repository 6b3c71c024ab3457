"""Elasticities against their closed forms."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netwright.scaling.elasticity import complement, elasticity

from .closed_forms import N0, OtherLaw, growth, laws, power_curve


@given(law=laws, n=st.floats(50, 20_000))
def test_of_error_and_accuracy(law, n):
    a, b, c = law
    e = c + a * (n / N0) ** -b
    curve = power_curve(law)
    assert elasticity(curve.at, n) == pytest.approx([-b * (1 - c / e)] * 3, abs=1e-5)
    if e < 0.95:
        wanted = b * a * (n / N0) ** -b / (1 - e)
        assert elasticity(complement(curve.at), n) == pytest.approx([wanted] * 3, rel=1e-4, abs=1e-5)


@given(t0=st.floats(0, 10), t1=st.floats(0.1, 10), p=st.floats(0.3, 2.5), n=st.floats(100, 16_000))
def test_of_cost_is_between_nothing_and_the_exponent(t0, t1, p, n):
    found, low, high = elasticity(growth((t0, t1, p)).at, n)
    assert found == low == high
    assert found == pytest.approx(p * (1 - t0 / (t0 + t1 * (n / N0) ** p)), abs=1e-5)
    assert -1e-6 <= found <= p + 1e-6


def test_of_another_law():
    law = OtherLaw(k=(1.0,), c=0.0)  # e = 1/ln n: d ln e/d ln n = -1/ln n
    assert elasticity(law.at, 1000)[0] == pytest.approx(-1 / np.log(1000), rel=1e-5)


def test_draws_become_an_interval():
    curve = power_curve(*((0.2, b, 0.0) for b in np.linspace(0.2, 0.6, 101)))
    assert elasticity(curve.at, 2000) == pytest.approx((-0.4, -0.58, -0.22), abs=0.01)
