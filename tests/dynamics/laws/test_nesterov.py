import numpy as np
import pytest

from netwright.dynamics.laws.momentum import LinearState, QuadraticState
from netwright.dynamics.laws.nesterov import NesterovReadings, linear_nesterov, quadratic_nesterov
from netwright.dynamics.laws.settings import StepSettings

from .networks import broken_net, relu_net, train

STEPS = 300


@pytest.mark.parametrize("maximize", [False, True])
def test_every_charge_follows_the_law_down_a_schedule(maximize):
    watched = relu_net()
    start = watched.weigh(watched.parameters, watched.parameters)
    charge = theory = QuadraticState(start, np.zeros_like(start))
    linear = LinearState(watched.along(watched.parameters), np.zeros(6))
    base = StepSettings(0.02, momentum=0.9, weight_decay=0.05, nesterov=True, maximize=maximize)
    for step in train(watched, base, STEPS):
        readings = NesterovReadings(step.curvature, step.cross, step.velocity_square)
        charge = quadratic_nesterov(charge, readings, step.breaking, step.settings, step.first)
        theory = quadratic_nesterov(theory, readings, 0.0, step.settings, step.first)
        linear = linear_nesterov(linear, step.settings, step.first)
        assert np.abs((charge.charge - step.charge) / step.size).max() <= 1e-12
        assert np.abs((theory.charge - step.charge) / step.size).max() <= 1e-12
        assert np.abs((linear.charge - step.linear) / step.length).max() <= 1e-12


@pytest.mark.parametrize("maximize", [False, True])
def test_a_broken_symmetry_is_attributed_and_not_predicted(maximize):
    watched = broken_net()
    start = watched.weigh(watched.parameters, watched.parameters)
    charge = theory = QuadraticState(start, np.zeros_like(start))
    linear = LinearState(watched.along(watched.parameters), np.zeros(5))
    base = StepSettings(0.02, momentum=0.9, weight_decay=0.05, nesterov=True, maximize=maximize)
    for step in train(watched, base, 50):
        readings = NesterovReadings(step.curvature, step.cross, step.velocity_square)
        charge = quadratic_nesterov(charge, readings, step.breaking, step.settings, step.first)
        theory = quadratic_nesterov(theory, readings, 0.0, step.settings, step.first)
        linear = linear_nesterov(linear, step.settings, step.first, step.slope)
    assert np.abs((charge.charge - step.charge) / step.size).max() <= 1e-13
    assert np.abs((theory.charge - step.charge) / step.size).max() > 1e-3
    assert linear.charge == pytest.approx(step.linear, rel=1e-12)
