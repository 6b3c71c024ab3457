"""The continuous theory, part by part: modified flow, and with momentum the flow of second order."""

from collections.abc import Callable, Sequence

import numpy as np

from netwright.dynamics.family import Floats
from netwright.dynamics.laws.modified_flow import linear_modified_flow, modified_flow_step
from netwright.dynamics.laws.momentum import LinearState, QuadraticState, meet
from netwright.dynamics.laws.momentum_flow import (
    FlowState,
    linear_momentum_flow_step,
    momentum_flow_step,
    momentum_force,
    nesterov_force,
)
from netwright.dynamics.laws.momentum_start import start_linear_flow, start_quadratic_flow
from netwright.dynamics.laws.settings import StepSettings
from netwright.dynamics.partition import Part
from netwright.dynamics.prediction import Squares

Start = Callable[[Floats, StepSettings], FlowState]


def flow_quadratic(
    flow: FlowState, exact: QuadraticState, squares: Squares, breaking: Floats, parts: Sequence[Part]
) -> FlowState:
    """Return Q_i and Q_i' of every part one step later in continuous time.

    What breaks a part although the whole is not broken (`balance`) enters as a force -2 rho_i on Q' of modified flow,
    and -4 rho_i/(h (1 + beta)) on Q'' with momentum.

    Args:
        flow: Before the step, (parts, charges) each.
        exact: The same charges under the exact law; Nesterov's force needs their P.
        squares: What was read in the step.
        breaking: rho_i of the parts, (parts, charges).
        parts: How the step treats the parameters.

    Returns:
        After the step; NaN where continuous time has no such law (momentum above 1, dampening of 1).
    """
    charge, rate = flow.charge.copy(), flow.rate.copy()
    for at, part in enumerate(parts):
        if not part.moves:
            rate[at] = 0.0
            continue
        own = FlowState(flow.charge[at], flow.rate[at])
        read = Squares(squares.curvature[at], squares.cross[at], squares.velocity[at])
        law = QuadraticState(exact.charge[at], exact.coupling[at])
        after = _quadratic(own, law, read, part.settings.sign * breaking[at], part)
        charge[at], rate[at] = after.charge, after.rate
    return FlowState(charge, rate)


def flow_linear(flow: FlowState, breaking: Floats, parts: Sequence[Part]) -> FlowState:
    """Return c_i and c_i' of every part one step later in continuous time.

    What breaks a part although the whole is not broken moves it by -h <a_i, g_i> at the start of the step, and with
    momentum changes its rate by -2 <a_i, g_i>/(1 + beta).

    Args:
        flow: Before the step, (parts, charges) each.
        breaking: <a_i, g_i> of the parts, (parts, charges).
        parts: How the step treats the parameters.

    Returns:
        After the step; NaN where continuous time has no such law.
    """
    charge, rate = flow.charge.copy(), flow.rate.copy()
    for at, part in enumerate(parts):
        settings, pull = part.settings, part.settings.sign * breaking[at]
        if not part.moves:
            rate[at] = 0.0
        elif not settings.momentum:
            charge[at] = linear_modified_flow(flow.charge[at] - settings.lr * pull, settings, 1)
        elif not _flows(settings):
            charge[at] = np.nan
        else:
            pushed = FlowState(flow.charge[at], flow.rate[at] - 2 * pull / (1 + settings.inertia))
            after = linear_momentum_flow_step(pushed, settings)
            charge[at], rate[at] = after.charge, after.rate
    return FlowState(charge, rate)


def start_quadratic(state: QuadraticState, parts: Sequence[Part]) -> FlowState:
    """Return where the parts of quadratic charges start to flow.

    With an empty momentum buffer at rest, otherwise as the buffer moves them: Q' = -2 P/(1 - tau).

    Args:
        state: Q_i and P_i before the coming step, (parts, charges) each.
        parts: How that step treats the parameters.

    Returns:
        The state before the step, (parts, charges) each.
    """
    return _start(state.charge, -2 * state.coupling, parts, start_quadratic_flow)


def start_linear(state: LinearState, parts: Sequence[Part]) -> FlowState:
    """Return where the parts of linear charges start to flow.

    With an empty momentum buffer at rest, otherwise as the buffer moves them: c' = -m/(1 - tau).

    Args:
        state: c_i and m_i before the coming step, (parts, charges) each.
        parts: How that step treats the parameters.

    Returns:
        The state before the step, (parts, charges) each.
    """
    return _start(state.charge, -state.velocity, parts, start_linear_flow)


def _start(charge: Floats, pull: Floats, parts: Sequence[Part], at_rest: Start) -> FlowState:
    rate = np.zeros_like(charge)
    for at, part in enumerate(parts):
        if part.moves and part.settings.momentum and _flows(part.settings):
            moving = pull[at] / (1 - part.settings.dampening)
            rate[at] = at_rest(charge[at], part.settings).rate if part.first else moving
    return FlowState(charge, rate)


def _flows(settings: StepSettings) -> bool:
    return settings.momentum <= 1 and settings.dampening < 1


def _quadratic(flow: FlowState, exact: QuadraticState, read: Squares, breaking: Floats, part: Part) -> FlowState:
    settings = part.settings
    if not settings.momentum:
        kept = 1 - settings.lr * settings.weight_decay
        shift = -2 * settings.lr * kept * breaking
        return FlowState(modified_flow_step(flow.charge, read.curvature, settings) + shift, flow.rate)
    if not _flows(settings):
        return FlowState(np.full_like(flow.charge, np.nan), flow.rate)
    force = _nesterov(exact, read, breaking, part) if settings.nesterov else momentum_force(read.velocity, settings)
    if settings.time_step:
        force = force - 4 * breaking / ((1 + settings.inertia) * settings.time_step)
    return momentum_flow_step(flow, force, settings)


def _nesterov(exact: QuadraticState, read: Squares, breaking: Floats, part: Part) -> Floats:
    """Return Nesterov's force: the squares of u = s g + lam theta + beta b', written out."""
    settings = part.settings
    beta, lam = settings.momentum, settings.weight_decay
    coupling = meet(exact, settings.sign * breaking, settings, part.first)
    cross = settings.sign * read.cross
    update_square = (
        read.curvature
        + lam**2 * exact.charge
        + beta**2 * read.velocity
        + 2 * (lam * breaking + beta * cross + lam * beta * coupling)
    )
    update_gradient = settings.sign * (read.curvature + lam * breaking + beta * cross)
    return nesterov_force(update_square, update_gradient, settings)
