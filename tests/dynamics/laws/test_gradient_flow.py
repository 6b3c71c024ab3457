import numpy as np
import pytest

from netwright.dynamics.laws.gradient_flow import linear_gradient_flow, quadratic_gradient_flow
from netwright.dynamics.laws.settings import StepSettings

from .networks import relu_net, take_steps


def test_without_decay_charges_are_constant():
    charge, settings = np.array([3.0, -2.0]), StepSettings(0.1)
    assert (linear_gradient_flow(charge, settings, 1e6) == charge).all()
    assert (quadratic_gradient_flow(charge, settings, 1e6) == charge).all()


def test_it_is_the_limit_of_small_steps():
    off = []
    for steps in (40, 80, 160):
        watched, settings = relu_net(), StepSettings(2.0 / steps, weight_decay=0.1)
        start, linear = watched.weigh(watched.parameters, watched.parameters), watched.along(watched.parameters)
        take_steps(watched, settings, steps)
        flow = quadratic_gradient_flow(start, settings, time=2.0)
        off.append(np.abs(flow - watched.weigh(watched.parameters, watched.parameters)).max())
        assert linear_gradient_flow(linear, settings, 2.0) == pytest.approx(watched.along(watched.parameters), rel=1e-2)
    # the error is of first order in the learning rate
    assert off[0] / off[1] == pytest.approx(2, rel=0.2)
    assert off[1] / off[2] == pytest.approx(2, rel=0.2)
