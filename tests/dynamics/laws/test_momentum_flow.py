from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from netwright.dynamics.laws.momentum_flow import (
    FlowState,
    linear_momentum_flow,
    linear_momentum_flow_step,
    linear_oscillator,
    momentum_flow_step,
    momentum_force,
    nesterov_force,
    quadratic_momentum_flow,
    quadratic_oscillator,
)
from netwright.dynamics.laws.momentum_start import start_linear_flow, start_quadratic_flow
from netwright.dynamics.laws.settings import StepSettings
from netwright.records.errors import InputError

from .networks import constant, cosine, relu_net, train

OVER = StepSettings(0.1, 0.9, 0.2, weight_decay=5e-3)
UNDER = StepSettings(0.1, 0.9, 0.2, weight_decay=0.3)


def integrate(start, force, settings, steps, stiffness):
    """The equation as it stands in the theory, with gam and w2, by a general solver."""
    h, beta = settings.time_step, settings.momentum
    gam, w2 = (1 - beta) / (h * (1 + beta)), stiffness * settings.weight_decay / (h * (1 + beta))
    told = solve_ivp(
        lambda t, y: [y[1], force(t) - 2 * gam * y[1] - w2 * y[0]], (0, steps * h), start, rtol=1e-11, atol=1e-13
    )
    return told.y[0, -1]


@pytest.mark.parametrize("settings", [OVER, UNDER], ids=["overdamped", "underdamped"])
def test_the_closed_forms_solve_their_equations(settings):
    start = FlowState(np.array([2.0]), np.array([-0.5]))
    linear = linear_momentum_flow(start, settings, steps=60)
    assert linear[0] == pytest.approx(integrate([2.0, -0.5], lambda t: 0.0, settings, 60, stiffness=2), rel=1e-8)

    def force(t):
        return 0.3 * (1 + np.sin(t))

    strikes = (np.arange(60) + quadratic_oscillator(settings).blow) * settings.time_step
    quadratic = quadratic_momentum_flow(start, force(strikes)[:, None], settings)
    assert quadratic[0] == pytest.approx(integrate([2.0, -0.5], force, settings, 60, stiffness=4), rel=2e-3)


@given(st.floats(0, 1), st.floats(0, 0.9), st.floats(0, 0.5), st.floats(0, 1), st.lists(st.floats(-3, 3), min_size=1))
def test_step_by_step_is_the_closed_form(lr, beta, tau, decay, forces):
    settings = StepSettings(lr, beta, tau, decay)
    start = quadratic = linear = FlowState(np.array([1.5]), np.array([0.5]))
    for force in forces:
        quadratic = momentum_flow_step(quadratic, force, settings)
        linear = linear_momentum_flow_step(linear, settings)
    closed = quadratic_momentum_flow(start, np.array(forces)[:, None], settings)
    assert quadratic.charge == pytest.approx(closed, rel=1e-9, abs=1e-9)
    assert linear.charge == pytest.approx(linear_momentum_flow(start, settings, len(forces)), rel=1e-9, abs=1e-9)


def test_a_step_of_no_length_moves_no_charge_and_slows_the_weights():
    state = FlowState(np.array([1.0]), np.array([-2.0]))
    after = momentum_flow_step(state, 5.0, StepSettings(0.0, 0.9))
    assert after.charge.tolist() == [1.0]
    assert after.rate[0] == pytest.approx(-2.0 * np.exp(-2 * 0.1 / 1.9))


@pytest.mark.parametrize("beta", [0.5, 0.9, 0.99])
def test_a_blow_moves_a_charge_as_far_as_the_recursion_does(beta):
    settings, steps = StepSettings(0.1, beta), round(10 / (1 - beta))
    forces = np.zeros((steps, 1))
    forces[0] = momentum_force(np.array([1.0]), settings)
    moved = quadratic_momentum_flow(FlowState(np.zeros(1), np.zeros(1)), forces, settings)
    assert moved[0] == pytest.approx(0.1**2 * (1 + beta) / (1 - beta), rel=2e-4)


@pytest.mark.parametrize(
    ("base", "bound"),
    [
        (StepSettings(0.01, 0.9, weight_decay=5e-4), 4e-4),
        (StepSettings(0.05, 0.9, 0.5, weight_decay=5e-4), 6e-4),
        (StepSettings(0.1, 0.99, weight_decay=5e-4), 4e-5),
    ],
    ids=["small steps", "dampened", "much momentum"],
)
def test_it_follows_a_network(base, bound):
    watched = relu_net()
    start = watched.weigh(watched.parameters, watched.parameters)
    flow, peak = start_quadratic_flow(start, base), np.zeros_like(start)
    midpoint = coarse = FlowState(start, np.zeros_like(start))
    linear = start_linear_flow(watched.along(watched.parameters), base)
    off = {"flow": 0.0, "midpoint": 0.0, "coarse": 0.0}
    for step in train(watched, base, 300, schedule=constant):
        force = momentum_force(step.velocity_square, step.settings)
        flow = momentum_flow_step(flow, force, step.settings)
        midpoint, coarse = strike(midpoint, force, base, 0.5), strike(coarse, force, base, 0.0)
        linear = linear_momentum_flow_step(linear, step.settings)
        peak = np.maximum(peak, step.size)
        for name, state in (("flow", flow), ("midpoint", midpoint), ("coarse", coarse)):
            off[name] = max(off[name], float(np.abs((state.charge - step.charge) / peak).max()))
        assert np.abs((linear.charge - step.linear) / step.length).max() < 1e-4
    assert off["flow"] <= bound
    assert off["flow"] < off["midpoint"] < off["coarse"]


def strike(state, force, settings, at):
    """A step with the force at another place than `Oscillator.blow`."""
    undriven, oscillator = momentum_flow_step(state, 0.0, settings), quadratic_oscillator(settings)
    response, h = oscillator.respond(np.array([1 - at])), oscillator.time_step
    return FlowState(undriven.charge + h**2 * response.green * force, undriven.rate + h * response.green_rate * force)


def test_it_follows_nesterov_where_the_look_ahead_is_in_the_force():
    watched = relu_net()
    start = watched.weigh(watched.parameters, watched.parameters)
    base = StepSettings(0.01, 0.9, weight_decay=5e-3, nesterov=True)
    flow = blind = start_quadratic_flow(start, base)
    linear = start_linear_flow(watched.along(watched.parameters), base)
    off = {"flow": 0.0, "blind": 0.0}
    for step in train(watched, base, 300, schedule=constant):
        force = nesterov_force(step.update_square, step.update_gradient, step.settings)
        flow = momentum_flow_step(flow, force, step.settings)
        blind = momentum_flow_step(blind, momentum_force(step.velocity_square, step.settings), step.settings)
        linear = linear_momentum_flow_step(linear, step.settings)
        for name, state in (("flow", flow), ("blind", blind)):
            off[name] = max(off[name], float(np.abs((state.charge - step.charge) / step.size).max()))
        assert np.abs((linear.charge - step.linear) / step.length).max() < 1e-4
    assert off["flow"] < 5e-3 < 3e-2 < off["blind"]


@pytest.mark.parametrize(
    "settings", [StepSettings(0.1, 1.1), StepSettings(0.1, 0.9, dampening=1.0)], ids=["driven", "no gradient"]
)
def test_settings_without_a_flow_are_refused(settings):
    with pytest.raises(InputError, match="Continuous time needs"):
        linear_oscillator(settings)
    with pytest.raises(InputError, match="Continuous time needs"):
        momentum_force(np.ones(1), settings)


def test_it_follows_a_schedule():
    watched, base = relu_net(), StepSettings(0.1, 0.9, weight_decay=5e-4)
    flow = start_quadratic_flow(watched.weigh(watched.parameters, watched.parameters), base)
    for step in train(watched, base, 300, schedule=lr_and_decay):
        flow = momentum_flow_step(flow, momentum_force(step.velocity_square, step.settings), step.settings)
        assert np.abs((flow.charge - step.charge) / step.size).max() < 2e-3


def lr_and_decay(base, step, steps):
    return replace(cosine(base, step, steps), momentum=base.momentum)
