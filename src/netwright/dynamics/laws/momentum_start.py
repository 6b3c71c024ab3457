"""Where the flow under momentum starts: at rest, half a step before the first step."""

import numpy as np

from netwright.dynamics.laws.momentum_flow import FlowState, linear_oscillator, quadratic_oscillator
from netwright.dynamics.laws.oscillator import Oscillator
from netwright.dynamics.laws.settings import Floats, StepSettings

HALF = np.array([0.5])


def start_linear_flow(charge: Floats, settings: StepSettings) -> FlowState:
    """Return the state from which c = <a, theta> flows at step 0, with an empty momentum buffer.

    A buffer of 0 says that the weights did not move in the step before: the velocity vanishes at t = -h/2, not at 0.
    By t = 0 decay has made it about -lam c/2. To start with c' = 0 shifts c for good by a share of about
    lam h/(2 (1 - beta)), and Q by lam h/(1 - beta), which is more than the quadrature does. What torch adds to the
    first step counts as motion before it: the gradient taken whole in spite of dampening as c' = -lam tau/(beta (1 -
    tau)) c at t = -h/2, the first look ahead of Nesterov as -lam/(1 - eta lam) c.

    Source: the recursion of `linear_momentum` at its first step, as a central difference.

    Args:
        charge: c before the first step, (charges,).
        settings: The settings of the first step.

    Returns:
        c and c' at t = 0.

    >>> settings = StepSettings(lr=0.1, momentum=0.9, weight_decay=0.01)
    >>> start_linear_flow(np.array([1.0]), settings).rate.round(4).tolist()
    [-0.0051]
    """
    return _start(charge, -settings.weight_decay * _head_start(settings), linear_oscillator(settings))


def start_quadratic_flow(charge: Floats, settings: StepSettings) -> FlowState:
    """Return the state from which Q = <theta, D theta> flows at step 0, with an empty momentum buffer.

    As for c, with 2 lam in place of lam.

    Source: the recursion of `quadratic_momentum` at its first step, as a central difference.

    Args:
        charge: Q before the first step, (charges,).
        settings: The settings of the first step.

    Returns:
        Q and Q' at t = 0.

    >>> settings = StepSettings(lr=0.1, momentum=0.9, weight_decay=0.01)
    >>> start_quadratic_flow(np.array([1.0]), settings).rate.round(4).tolist()
    [-0.0103]
    """
    return _start(charge, -2 * settings.weight_decay * _head_start(settings), quadratic_oscillator(settings))


def _head_start(settings: StepSettings) -> float:
    if settings.nesterov:
        return 1 / (1 - settings.lr * settings.weight_decay)
    return settings.dampening / (settings.momentum * (1 - settings.dampening)) if settings.momentum else 0.0


def _start(charge: Floats, rate_before: float, oscillator: Oscillator) -> FlowState:
    response = oscillator.respond(HALF)
    homogeneous, green = float(response.homogeneous[0]), float(response.green[0])
    # the charge at -h/2 from which, with that rate, the charge at 0 is reached
    before = (1 - oscillator.time_step * green * rate_before) / homogeneous
    rate = float(response.green_rate[0]) * rate_before - oscillator.pull * green * before
    return FlowState(charge, rate * charge)
