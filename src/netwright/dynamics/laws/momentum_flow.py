"""Charges under momentum in continuous time: a damped oscillator, driven for quadratic charges by the velocity."""

from dataclasses import dataclass

import numpy as np

from netwright.dynamics.laws.oscillator import Oscillator
from netwright.dynamics.laws.settings import Floats, StepSettings
from netwright.records.errors import InputError


@dataclass(frozen=True, eq=False)
class FlowState:
    """Where a charge stands in continuous time.

    Args:
        charge: c or Q, (charges,).
        rate: Its rate of change in time t, the sum of h = eta (1 - tau) over steps, (charges,).
    """

    charge: Floats
    rate: Floats


def linear_oscillator(settings: StepSettings) -> Oscillator:
    """Return the oscillator c'' + 2 gam c' + w2 c = 0 of c = <a, theta>.

    gam = (1 - beta)/(h (1 + beta)), w2 = 2 lam/(h (1 + beta)), h = eta (1 - tau). Nesterov has beta (1 - eta lam) in
    place of beta, since the decay of its step looks ahead.

    Source: Kunin et al. 2021, "Neural Mechanics", section 6; for Nesterov, the expansion of its recursion in h.

    Args:
        settings: The step's settings.

    Returns:
        The oscillator.

    >>> linear_oscillator(StepSettings(lr=0.1, momentum=0.5, weight_decay=0.3))
    Oscillator(damping=0.3333333333333333, pull=0.39999999999999997, time_step=0.1)
    """
    return _oscillator(settings, 2 * settings.weight_decay)


def quadratic_oscillator(settings: StepSettings) -> Oscillator:
    """Return the oscillator Q'' + 2 gam Q' + w2 Q = force of Q = <theta, D theta>.

    As for c, with w2 = 4 lam/(h (1 + beta)).

    Source: Kunin et al. 2021, "Neural Mechanics", section 6.

    Args:
        settings: The step's settings.

    Returns:
        The oscillator.

    >>> quadratic_oscillator(StepSettings(lr=0.1, momentum=0.5, weight_decay=0.3))
    Oscillator(damping=0.3333333333333333, pull=0.7999999999999999, time_step=0.1)
    """
    return _oscillator(settings, 4 * settings.weight_decay)


def momentum_force(velocity_square: Floats, settings: StepSettings) -> Floats:
    """Return the force 2 <theta', D theta'> on a quadratic charge in a step, theta' = -b'/(1 - tau).

    Source: Kunin et al. 2021, "Neural Mechanics", section 6.

    Args:
        velocity_square: <b', D b'>, (charges,), b' the momentum buffer after the step.
        settings: The step's settings.

    Returns:
        The force in the step, (charges,).

    Raises:
        InputError: The momentum is above 1, or dampening leaves no gradient.

    >>> momentum_force(np.array([0.5]), StepSettings(lr=0.1, momentum=0.9, dampening=0.5)).tolist()
    [4.0]
    """
    _require_motion(settings)
    return 2 * velocity_square / (1 - settings.dampening) ** 2


def nesterov_force(update_square: Floats, update_gradient: Floats, settings: StepSettings) -> Floats:
    """Return the force on a quadratic charge in a step of Nesterov's momentum.

    2 <theta', D theta'> + 4 beta/(1 + beta) <theta', D g>, theta' = -u: the look-ahead meets a gradient that turns
    with the weights, <theta, D dg/dt> = -<theta', D g>.

    Source: the expansion of Nesterov's recursion in h, with <theta, D g> = 0.

    Args:
        update_square: <u, D u>, (charges,), u = s g + lam theta + beta b' what the step takes eta of.
        update_gradient: <u, D g>, (charges,).
        settings: The step's settings.

    Returns:
        The force in the step, (charges,).

    >>> nesterov_force(np.array([2.0]), np.array([1.0]), StepSettings(lr=0.1, momentum=0.5, nesterov=True)).round(6)
    array([2.666667])
    """
    looking = 4 * settings.momentum / (1 + settings.inertia) * settings.sign
    return 2 * update_square - looking * update_gradient


def linear_momentum_flow(start: FlowState, settings: StepSettings, steps: float) -> Floats:
    """Return c = <a, theta> after n steps of constant settings: c times the homogeneous solution, c' times Green's.

    From rest, a+- = -gam +- sqrt(gam^2 - w2): overdamped (a+ e^(a- t) - a- e^(a+ t))/(a+ - a-), critical
    e^(-gam t)(1 + gam t), underdamped, s = sqrt(w2 - gam^2), e^(-gam t)(cos st + (gam/s) sin st).

    Source: Kunin et al. 2021, "Neural Mechanics", section 6.

    Args:
        start: c and c' at step 0.
        settings: The settings of all steps.
        steps: n.

    Returns:
        c after n steps, (charges,).

    >>> start = FlowState(np.array([1.0]), np.zeros(1))
    >>> linear_momentum_flow(start, StepSettings(lr=0.1, momentum=0.5), steps=7).tolist()
    [1.0]
    """
    response = linear_oscillator(settings).respond(np.array([float(steps)]))
    homogeneous, green = float(response.homogeneous[0]), float(response.green[0])
    return homogeneous * start.charge + settings.time_step * green * start.rate


def quadratic_momentum_flow(start: FlowState, forces: Floats, settings: StepSettings) -> Floats:
    """Return Q = <theta, D theta> after n steps of constant settings: the homogeneous solution and the force's part.

    Q(t_n) = H(t_n) Q + G(t_n) Q' + integral of G(t_n - t) force(t), the integral taken with the force of a step close
    to the middle of the step, where theta' = -b'/(1 - tau) is what the weights really moved with: at `Oscillator.blow`.
    H is that of `linear_momentum_flow`; G is overdamped (e^(a+ t) - e^(a- t))/(a+ - a-), critical t e^(-gam t),
    underdamped e^(-gam t) sin(st)/s.

    Source: Kunin et al. 2021, "Neural Mechanics", section 6.

    Args:
        start: Q and Q' at step 0.
        forces: The force of every step, (n, charges): see `momentum_force`, `nesterov_force`.
        settings: The settings of all steps.

    Returns:
        Q after n steps, (charges,).

    >>> start = FlowState(np.array([1.0]), np.zeros(1))
    >>> forces = np.array([[2.0], [0.0]])
    >>> quadratic_momentum_flow(start, forces, StepSettings(lr=1.0, momentum=1.0)).tolist()  # 1 + 1.5 * 2
    [4.0]
    """
    steps, h, oscillator = len(forces), settings.time_step, quadratic_oscillator(settings)
    response = oscillator.respond(np.append(steps - oscillator.blow - np.arange(steps), float(steps)))
    driven: Floats = h**2 * response.green[:-1] @ forces
    return float(response.homogeneous[-1]) * start.charge + h * float(response.green[-1]) * start.rate + driven


def momentum_flow_step(state: FlowState, force: Floats | float, settings: StepSettings) -> FlowState:
    """Return a quadratic charge and its rate one step later, so that settings may change from step to step.

    The exact propagator of the oscillator over h, with the force as one blow h * force at `Oscillator.blow`.

    Source: Kunin et al. 2021, "Neural Mechanics", section 6.

    Args:
        state: Q and Q' before the step.
        force: 2 <theta', D theta'> of the step, (charges,): see `momentum_force`, `nesterov_force`.
        settings: The step's settings.

    Returns:
        Q and Q' after the step.

    >>> state = FlowState(np.array([1.0]), np.zeros(1))
    >>> momentum_flow_step(state, 2.0, StepSettings(lr=1.0, momentum=1.0))  # no damping: a blow of 2 at half time
    FlowState(charge=array([2.]), rate=array([2.]))
    """
    return _advance(state, force, quadratic_oscillator(settings))


def linear_momentum_flow_step(state: FlowState, settings: StepSettings) -> FlowState:
    """Return a linear charge and its rate one step later, so that settings may change from step to step.

    Source: Kunin et al. 2021, "Neural Mechanics", section 6.

    Args:
        state: c and c' before the step.
        settings: The step's settings.

    Returns:
        c and c' after the step.

    >>> state = FlowState(np.array([1.0]), np.array([-2.0]))
    >>> linear_momentum_flow_step(state, StepSettings(lr=0.25, momentum=1.0))
    FlowState(charge=array([0.5]), rate=array([-2.]))
    """
    return _advance(state, 0.0, linear_oscillator(settings))


def _advance(state: FlowState, force: Floats | float, oscillator: Oscillator) -> FlowState:
    response, h = oscillator.respond(np.array([1 - oscillator.blow, 1.0])), oscillator.time_step
    (struck, green), (struck_rate, rate) = response.green.tolist(), response.green_rate.tolist()
    return FlowState(
        float(response.homogeneous[1]) * state.charge + h * green * state.rate + h**2 * struck * force,
        rate * state.rate - oscillator.pull * green * state.charge + h * struck_rate * force,
    )


def _oscillator(settings: StepSettings, pull: float) -> Oscillator:
    _require_motion(settings)
    share = 1 + settings.inertia
    return Oscillator((2 - share) / share, pull / share, settings.time_step)


def _require_motion(settings: StepSettings) -> None:
    if settings.momentum > 1 or settings.dampening >= 1:
        found = f"momentum is {settings.momentum} and dampening {settings.dampening}"
        raise InputError(f"{found}. Continuous time needs at most 1 and below 1; the exact laws take any.")
