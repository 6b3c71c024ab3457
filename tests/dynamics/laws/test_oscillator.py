import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netwright.dynamics.laws.oscillator import Oscillator

TIMES = np.array([0.0, 0.5, 1.0, 30.0, 1e4])


def exactly(damping, stiffness, steps):
    """The textbook's solutions by complex roots, with 60 digits."""
    with mpmath.workdps(60):
        g, w, n = (mpmath.mpf(float(value)) for value in (damping, stiffness, steps))
        root = mpmath.sqrt(g * g - w)
        if root == 0:
            fading = mpmath.exp(-g * n)
            told = fading * (1 + g * n), fading * n, fading * (1 - g * n)
        else:
            fast, slow = -g - root, -g + root
            left, right = mpmath.exp(fast * n), mpmath.exp(slow * n)
            told = (
                (slow * left - fast * right) / (slow - fast),
                (right - left) / (slow - fast),
                (slow * right - fast * left) / (slow - fast),
            )
        return np.array([float(mpmath.re(value)) for value in told])


REGIMES = {
    "free": (0.0, 0.0),
    "undamped": (0.0, 0.01),
    "no decay": (0.05, 0.0),
    "overdamped": (0.05, 1e-4),
    "critical": (0.0625, 0.0625**2),
    "just over": (0.05, 0.05**2 * (1 - 1e-12)),
    "just under": (0.05, 0.05**2 * (1 + 1e-12)),
    "underdamped": (0.05, 0.03),
    "no momentum": (1.0, 1e-3),
}


@pytest.mark.parametrize("regime", REGIMES)
def test_the_response_is_that_of_the_textbook_in_every_regime(regime):
    damping, stiffness = REGIMES[regime]
    oscillator = Oscillator(damping, stiffness / 0.1, 0.1)
    told = oscillator.respond(TIMES)
    expected = np.stack([exactly(damping, oscillator.pull * 0.1, time) for time in TIMES])
    found = np.stack([told.homogeneous, told.green, told.green_rate], 1)
    assert found == pytest.approx(expected, rel=1e-11, abs=1e-12)


@given(st.floats(0.01, 1), st.floats(-13, -1), st.sampled_from([-1, 1]), st.floats(0, 100))
def test_the_regimes_join_at_critical_damping(damping, exponent, side, steps):
    off = side * 10.0**exponent
    at = Oscillator(damping, damping**2, 1.0).respond(np.array([steps]))
    near = Oscillator(damping, damping**2 * (1 + off), 1.0).respond(np.array([steps]))
    # d/dw of both solutions is bounded by their third powers of time
    bound = abs(off) * (damping * steps) ** 2 * (1 + damping * steps) * np.exp(abs(off) ** 0.5 * damping * steps)
    fading = np.exp(-damping * steps)
    assert abs(near.homogeneous[0] - at.homogeneous[0]) <= fading * bound + 1e-13
    assert abs(near.green[0] - at.green[0]) <= steps * fading * bound + 1e-11


@given(st.floats(0, 1), st.floats(0, 2), st.floats(0, 30), st.floats(0, 30))
def test_two_times_in_turn_are_their_sum(damping, pull, one, other):
    told = Oscillator(damping, pull, 0.5).respond(np.array([one, other, one + other]))
    h, g, r = told.homogeneous, told.green, told.green_rate
    assert h[2] == pytest.approx(h[1] * h[0] - g[1] * pull * 0.5 * g[0], abs=1e-11)
    assert g[2] == pytest.approx(h[1] * g[0] + g[1] * r[0], abs=1e-10)
