"""What one step of gradient descent with momentum makes of a charge, exactly."""

from dataclasses import dataclass

from netwright.dynamics.laws.settings import Floats, StepSettings


@dataclass(frozen=True, eq=False)
class QuadraticState:
    """What momentum needs to know of a quadratic charge between steps.

    Args:
        charge: Q = <theta, D theta>, (charges,).
        coupling: P = <theta, D b>, (charges,), b the momentum buffer; 0 before the first step.
    """

    charge: Floats
    coupling: Floats

    def scaled(self, factor: float) -> "QuadraticState":
        """Return the state after theta <- factor theta: Q takes the square of the factor, P the factor.

        >>> import numpy as np
        >>> QuadraticState(np.array([4.0]), np.array([1.0])).scaled(0.5)
        QuadraticState(charge=array([1.]), coupling=array([0.5]))
        """
        return QuadraticState(factor**2 * self.charge, factor * self.coupling)


@dataclass(frozen=True, eq=False)
class LinearState:
    """What momentum needs to know of a linear charge between steps.

    Args:
        charge: c = <a, theta>, (charges,).
        velocity: m = <a, b>, (charges,), b the momentum buffer; 0 before the first step.
    """

    charge: Floats
    velocity: Floats

    def scaled(self, factor: float) -> "LinearState":
        """Return the state after theta <- factor theta: c takes the factor, m none.

        >>> import numpy as np
        >>> LinearState(np.array([4.0]), np.array([1.0])).scaled(0.5)
        LinearState(charge=array([2.]), velocity=array([1.]))
        """
        return LinearState(factor * self.charge, self.velocity)


def quadratic_momentum(
    state: QuadraticState,
    velocity_square: Floats | float,
    breaking: Floats | float,
    settings: StepSettings,
    first: bool,
) -> QuadraticState:
    """Return Q and P after b <- beta b + (1 - tau)(s g + lam theta), theta <- theta - eta b.

    Pt = <theta, D b'> = beta P + (1 - tau)(lam Q + s rho), on the first step lam Q + s rho; Q' = Q - 2 eta Pt +
    eta^2 <b', D b'>; P' = Pt - eta <b', D b'>. The square of the gradient does not close it: b' is read from the
    optimizer after its step.

    Source: torch.optim.SGD; Kunin et al. 2021, "Neural Mechanics", section 6, for the continuous counterpart.

    Args:
        state: Q and P before the step.
        velocity_square: <b', D b'>, (charges,), b' the buffer after the step.
        breaking: rho = <g, D theta> before the step, (charges,): 0.0 for the prediction, measured for attribution.
        settings: The step's settings.
        first: Whether the buffer is made in this step; torch skips dampening then.

    Returns:
        Q and P after the step.

    >>> import numpy as np
    >>> start, settings = QuadraticState(np.array([1.0]), np.zeros(1)), StepSettings(lr=0.5, momentum=0.9)
    >>> quadratic_momentum(start, np.array([4.0]), 0.0, settings, first=True)
    QuadraticState(charge=array([2.]), coupling=array([-2.]))
    """
    coupling = meet(state, breaking, settings, first)
    return QuadraticState(
        state.charge - 2 * settings.lr * coupling + settings.lr**2 * velocity_square,
        coupling - settings.lr * velocity_square,
    )


def linear_momentum(
    state: LinearState, settings: StepSettings, first: bool, breaking: Floats | float = 0.0
) -> LinearState:
    """Return c and m after b <- beta b + (1 - tau)(s g + lam theta), theta <- theta - eta b.

    m' = beta m + (1 - tau)(lam c + s <a, g>), on the first step lam c + s <a, g>; c' = c - eta m'.

    Source: torch.optim.SGD.

    Args:
        state: c and m before the step.
        settings: The step's settings.
        first: Whether the buffer is made in this step; torch skips dampening then.
        breaking: <a, g>, (charges,): 0.0 for the prediction, measured for attribution.

    Returns:
        c and m after the step.

    >>> import numpy as np
    >>> start = LinearState(np.array([1.0]), np.zeros(1))
    >>> linear_momentum(start, StepSettings(lr=0.5, momentum=0.9, weight_decay=0.5), first=True)
    LinearState(charge=array([0.75]), velocity=array([0.5]))
    """
    velocity = accelerate(state, breaking, settings, first)
    return LinearState(state.charge - settings.lr * velocity, velocity)


def meet(state: QuadraticState, breaking: Floats | float, settings: StepSettings, first: bool) -> Floats:
    """Return Pt = <theta, D b'>: the weights before the step with the momentum buffer after it.

    Args:
        state: Q and P before the step.
        breaking: rho = <g, D theta>, (charges,).
        settings: The step's settings.
        first: Whether the buffer is made in this step.

    Returns:
        Pt, (charges,).

    >>> import numpy as np
    >>> state = QuadraticState(np.array([2.0]), np.array([1.0]))
    >>> meet(state, 0.0, StepSettings(lr=1.0, momentum=0.5, dampening=0.5, weight_decay=1.0), first=False).tolist()
    [1.5]
    """
    pull = settings.weight_decay * state.charge + settings.sign * breaking
    return _take_up(state.coupling, pull, settings, first)


def accelerate(state: LinearState, breaking: Floats | float, settings: StepSettings, first: bool) -> Floats:
    """Return m' = <a, b'>, the momentum buffer after the step along a translation.

    Args:
        state: c and m before the step.
        breaking: <a, g>, (charges,).
        settings: The step's settings.
        first: Whether the buffer is made in this step.

    Returns:
        m', (charges,).

    >>> import numpy as np
    >>> state = LinearState(np.array([2.0]), np.array([1.0]))
    >>> accelerate(state, 0.0, StepSettings(lr=1.0, momentum=0.5, weight_decay=1.0), first=False).tolist()
    [2.5]
    """
    pull = settings.weight_decay * state.charge + settings.sign * breaking
    return _take_up(state.velocity, pull, settings, first)


def _take_up(kept: Floats, pull: Floats, settings: StepSettings, first: bool) -> Floats:
    return settings.momentum * kept + settings.intake(first) * pull  # kept is 0 on the first step
