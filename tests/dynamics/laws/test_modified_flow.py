import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from netwright.dynamics.laws.modified_flow import linear_modified_flow, modified_flow_step, quadratic_modified_flow
from netwright.dynamics.laws.settings import StepSettings
from netwright.dynamics.laws.sgd import linear_sgd, quadratic_sgd

from .networks import relu_net, train


def test_the_closed_form_solves_its_equation():
    lam, time = 0.3, 4.0
    off = []
    for steps in (100, 200):
        settings = StepSettings(time / steps, weight_decay=lam)
        decay = 2 * lam + settings.lr * lam**2

        def force(t):
            return 1 + np.sin(t)

        truth = solve_ivp(
            lambda t, q, k=decay, eta=settings.lr: -k * q + eta * force(t), (0, time), [2.0], rtol=1e-12, atol=1e-14
        ).y[0, -1]
        ends = (np.arange(steps) + 1) * settings.lr
        off.append(abs(float(quadratic_modified_flow(np.array([2.0]), force(ends)[:, None], settings)[0]) - truth))
    # a force of size eta, taken at one end of the steps: second order in the learning rate
    assert off[0] < 1e-3
    assert off[0] / off[1] == pytest.approx(4, rel=0.1)


@given(st.floats(0, 2), st.floats(0, 0.5), st.lists(st.floats(-3, 3), min_size=1, max_size=20))
def test_step_by_step_is_the_closed_form(lr, decay, forces):
    settings, charge = StepSettings(lr, weight_decay=decay), np.array([1.5])
    for force in forces:
        charge = modified_flow_step(charge, force, settings)
    assert charge == pytest.approx(quadratic_modified_flow(np.array([1.5]), np.array(forces)[:, None], settings))


def test_what_is_left_of_decay_is_of_third_order():
    one = np.ones(1)
    for law, flow in (
        (lambda s: linear_sgd(one, s), lambda s: linear_modified_flow(one, s, steps=1)),
        (lambda s: quadratic_sgd(one, 0.0, 0.0, s), lambda s: modified_flow_step(one, 0.0, s)),
    ):
        coarse, fine = (
            abs(float((law(settings) - flow(settings))[0]))
            for settings in (StepSettings(0.2, weight_decay=0.5), StepSettings(0.1, weight_decay=0.5))
        )
        assert coarse / fine == pytest.approx(8, rel=0.1)


def test_it_follows_a_network_down_a_schedule():
    watched = relu_net()
    charge = watched.weigh(watched.parameters, watched.parameters)
    linear = watched.along(watched.parameters)
    for step in train(watched, StepSettings(0.2, weight_decay=0.005), 200):
        charge = modified_flow_step(charge, step.curvature, step.settings)
        linear = linear_modified_flow(linear, step.settings, steps=1)
        assert np.abs((charge - step.charge) / step.size).max() < 1e-7
        assert np.abs((linear - step.linear) / step.length).max() < 1e-7
