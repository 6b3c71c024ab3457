"""What one step of gradient descent with Nesterov's momentum makes of a charge, exactly."""

from dataclasses import dataclass

from netwright.dynamics.laws.momentum import LinearState, QuadraticState, accelerate, meet
from netwright.dynamics.laws.settings import Floats, StepSettings


@dataclass(frozen=True, eq=False)
class NesterovReadings:
    """What Nesterov's law needs read in a step: products of the gradient and of the momentum buffer after the step.

    Args:
        curvature: N = <g, D g>, (charges,), g the gradient of the mini-batch without decay.
        cross: <g, D b'>, (charges,), b' the buffer after the step.
        velocity_square: <b', D b'>, (charges,).
    """

    curvature: Floats
    cross: Floats
    velocity_square: Floats


def quadratic_nesterov(
    state: QuadraticState,
    readings: NesterovReadings,
    breaking: Floats | float,
    settings: StepSettings,
    first: bool,
) -> QuadraticState:
    """Return Q and P after b <- beta b + s g + lam theta, theta <- theta - eta u, u = s g + lam theta + beta b.

    With Pt = <theta, D b'> as in plain momentum, X = s <g, D b'> and V = <b', D b'>:

        <theta, D u> = lam Q + s rho + beta Pt
        <u, D b'> = X + lam Pt + beta V
        <u, D u> = N + lam^2 Q + beta^2 V + 2 lam s rho + 2 beta X + 2 lam beta Pt
        Q' = Q - 2 eta <theta, D u> + eta^2 <u, D u>,  P' = Pt - eta <u, D b'>.

    Source: torch.optim.SGD with `nesterov`; the products follow by expanding u.

    Args:
        state: Q and P before the step.
        readings: N, <g, D b'> and <b', D b'>.
        breaking: rho = <g, D theta> before the step, (charges,): 0.0 for the prediction, measured for attribution.
        settings: The step's settings.
        first: Whether the buffer is made in this step.

    Returns:
        Q and P after the step.

    >>> import numpy as np
    >>> one = np.ones(1)  # theta = (1, 0), g = b' = (0, 1), D = 1: u = 1.5 g, theta' = (1, -1.5)
    >>> start, settings = QuadraticState(one, 0 * one), StepSettings(lr=1.0, momentum=0.5, nesterov=True)
    >>> quadratic_nesterov(start, NesterovReadings(one, one, one), 0.0, settings, first=True)
    QuadraticState(charge=array([3.25]), coupling=array([-1.5]))
    """
    beta, lam = settings.momentum, settings.weight_decay
    coupling = meet(state, breaking, settings, first)
    rho, cross, square = settings.sign * breaking, settings.sign * readings.cross, readings.velocity_square
    along = lam * state.charge + rho + beta * coupling
    with_buffer = cross + lam * coupling + beta * square
    step_square = (
        readings.curvature
        + lam**2 * state.charge
        + beta**2 * square
        + 2 * (lam * rho + beta * cross + lam * beta * coupling)
    )
    return QuadraticState(
        state.charge - 2 * settings.lr * along + settings.lr**2 * step_square, coupling - settings.lr * with_buffer
    )


def linear_nesterov(
    state: LinearState, settings: StepSettings, first: bool, breaking: Floats | float = 0.0
) -> LinearState:
    """Return c and m after b <- beta b + s g + lam theta, theta <- theta - eta (s g + lam theta + beta b).

    m' as in plain momentum; c' = c - eta (lam c + s <a, g> + beta m').

    Source: torch.optim.SGD with `nesterov`.

    Args:
        state: c and m before the step.
        settings: The step's settings.
        first: Whether the buffer is made in this step.
        breaking: <a, g>, (charges,): 0.0 for the prediction, measured for attribution.

    Returns:
        c and m after the step.

    >>> import numpy as np
    >>> start = LinearState(np.array([1.0]), np.zeros(1))
    >>> linear_nesterov(start, StepSettings(lr=0.5, momentum=0.5, weight_decay=0.5, nesterov=True), first=True)
    LinearState(charge=array([0.625]), velocity=array([0.5]))
    """
    velocity = accelerate(state, breaking, settings, first)
    pull = settings.weight_decay * state.charge + settings.sign * breaking
    return LinearState(state.charge - settings.lr * (pull + settings.momentum * velocity), velocity)
