import numpy as np
import pytest

from netwright.dynamics.laws.momentum import LinearState, QuadraticState, linear_momentum, quadratic_momentum
from netwright.dynamics.laws.settings import StepSettings

from .networks import broken_net, relu_net, train

STEPS = 300
PLAIN = StepSettings(0.02, momentum=0.9, weight_decay=0.01)
DAMPENED = StepSettings(0.05, momentum=0.9, dampening=0.4, weight_decay=0.01)
CLIMBING = StepSettings(0.05, momentum=0.8, dampening=0.1, weight_decay=0.01, maximize=True)


@pytest.mark.parametrize("base", [PLAIN, DAMPENED, CLIMBING], ids=["plain", "dampened", "climbing"])
def test_every_charge_follows_the_law_down_a_schedule(base):
    watched = relu_net()
    start = watched.weigh(watched.parameters, watched.parameters)
    charge = theory = QuadraticState(start, np.zeros_like(start))
    linear = LinearState(watched.along(watched.parameters), np.zeros(6))
    for step in train(watched, base, STEPS):
        charge = quadratic_momentum(charge, step.velocity_square, step.breaking, step.settings, step.first)
        theory = quadratic_momentum(theory, step.velocity_square, 0.0, step.settings, step.first)
        linear = linear_momentum(linear, step.settings, step.first)
        assert np.abs((charge.charge - step.charge) / step.size).max() <= 1e-12
        assert np.abs((theory.charge - step.charge) / step.size).max() <= 1e-12
        assert np.abs((linear.charge - step.linear) / step.length).max() <= 1e-12


@pytest.mark.parametrize("base", [DAMPENED, CLIMBING], ids=["dampened", "climbing"])
def test_a_broken_symmetry_is_attributed_and_not_predicted(base):
    watched = broken_net()
    start = watched.weigh(watched.parameters, watched.parameters)
    charge = theory = QuadraticState(start, np.zeros_like(start))
    linear = LinearState(watched.along(watched.parameters), np.zeros(5))
    for step in train(watched, base, 50):
        charge = quadratic_momentum(charge, step.velocity_square, step.breaking, step.settings, step.first)
        theory = quadratic_momentum(theory, step.velocity_square, 0.0, step.settings, step.first)
        linear = linear_momentum(linear, step.settings, step.first, step.slope)
    assert np.abs((charge.charge - step.charge) / step.size).max() <= 1e-13
    assert np.abs((theory.charge - step.charge) / step.size).max() > 1e-3
    assert linear.charge == pytest.approx(step.linear, rel=1e-12)
