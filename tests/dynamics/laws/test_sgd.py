import numpy as np
import pytest

from netwright.dynamics.laws.settings import StepSettings
from netwright.dynamics.laws.sgd import linear_sgd, quadratic_sgd

from .networks import broken_net, relu_net, train

STEPS = 300


@pytest.mark.parametrize("maximize", [False, True])
def test_every_charge_follows_the_law_down_a_schedule(maximize):
    watched = relu_net()
    charge, theory = (watched.weigh(watched.parameters, watched.parameters) for _ in range(2))
    linear = watched.along(watched.parameters)
    for step in train(watched, StepSettings(0.05, weight_decay=0.02, maximize=maximize), STEPS):
        charge = quadratic_sgd(charge, step.curvature, step.breaking, step.settings)
        theory = quadratic_sgd(theory, step.curvature, 0.0, step.settings)
        linear = linear_sgd(linear, step.settings)
        assert np.abs((charge - step.charge) / step.size).max() <= 1e-12
        assert np.abs((theory - step.charge) / step.size).max() <= 1e-12
        assert np.abs((linear - step.linear) / step.length).max() <= 1e-12


@pytest.mark.parametrize("maximize", [False, True])
def test_a_broken_symmetry_is_attributed_and_not_predicted(maximize):
    watched = broken_net()
    charge = theory = watched.weigh(watched.parameters, watched.parameters)
    linear = watched.along(watched.parameters)
    for step in train(watched, StepSettings(0.1, weight_decay=0.02, maximize=maximize), 50):
        charge = quadratic_sgd(charge, step.curvature, step.breaking, step.settings)
        theory = quadratic_sgd(theory, step.curvature, 0.0, step.settings)
        linear = linear_sgd(linear, step.settings, step.slope)
    assert np.abs((charge - step.charge) / step.size).max() <= 1e-13
    assert np.abs((theory - step.charge) / step.size).max() > 1e-3
    assert linear == pytest.approx(step.linear, rel=1e-12)
