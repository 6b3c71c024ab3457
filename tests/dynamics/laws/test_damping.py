import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from netwright.dynamics.laws.damping import damping
from netwright.dynamics.laws.momentum import LinearState, QuadraticState, linear_momentum, quadratic_momentum
from netwright.dynamics.laws.momentum_flow import linear_oscillator
from netwright.dynamics.laws.nesterov import linear_nesterov
from netwright.dynamics.laws.settings import StepSettings

BASIS = np.eye(2)


def roots(law):
    """The eigenvalues of a law that is linear in its state of two numbers."""
    return np.linalg.eigvals(np.stack([law(*(np.array([value]) for value in unit)) for unit in BASIS], 1))


@given(st.floats(0.05, 0.99), st.floats(0, 0.9), st.floats(0, 1), st.floats(0.01, 1))
def test_underdamped_is_where_the_recursions_oscillate(beta, tau, decay, lr):
    settings = StepSettings(lr, beta, tau, decay)
    border, pull = (1 - beta**0.5) ** 2, settings.time_step * decay
    assume(min(abs(pull - border), abs(2 * pull - border)) > 1e-6)
    assume(2 * pull < (1 + beta**0.5) ** 2)  # beyond that a step overshoots, whatever momentum does

    def linear(c, m):
        after = linear_momentum(LinearState(c, m), settings, first=False)
        return after.charge[0], after.velocity[0]

    def quadratic(q, p):
        after = quadratic_momentum(QuadraticState(q, p), 0.0, 0.0, settings, first=False)
        return after.charge[0], after.coupling[0]

    told = damping(settings)
    assert (told.linear == "underdamped") == bool(np.iscomplex(roots(linear)).any())
    assert (told.quadratic == "underdamped") == bool(np.iscomplex(roots(quadratic)).any())


@given(st.floats(0.05, 0.99), st.floats(0, 0.5), st.floats(0.01, 1))
def test_nesterov_oscillates_later(beta, decay, lr):
    settings = StepSettings(lr, beta, 0.0, decay, nesterov=True)
    assume(abs(lr * decay - (1 - settings.inertia**0.5) ** 2) > 1e-6)

    def linear(c, m):
        after = linear_nesterov(LinearState(c, m), settings, first=False)
        return after.charge[0], after.velocity[0]

    assert (damping(settings).linear == "underdamped") == bool(np.iscomplex(roots(linear)).any())


def test_on_the_border_damping_is_critical():
    border = StepSettings(1.0, 0.81, weight_decay=0.1**2)
    assert damping(border).linear == "critical"
    assert damping(StepSettings(0.5, 0.81, weight_decay=0.1**2)).quadratic == "critical"


@pytest.mark.parametrize("beta", [0.5, 0.9, 0.99])
def test_the_flow_has_its_border_close_by(beta):
    settings = StepSettings(1.0, beta, weight_decay=(1 - beta**0.5) ** 2)
    oscillator = linear_oscillator(settings)
    assert oscillator.damping**2 / oscillator.pull == pytest.approx(1, rel=(1 - beta) ** 2 / 8)
