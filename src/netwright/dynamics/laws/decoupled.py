"""What decay that does not pass through the gradient makes of a charge, exactly."""

from dataclasses import replace
from typing import Protocol, Self, TypeVar

from netwright.dynamics.laws.settings import StepSettings


class Scalable(Protocol):
    """The state of a charge that knows what scaling the weights makes of it."""

    def scaled(self, factor: float) -> Self:
        """Return the state after theta <- factor theta."""


State = TypeVar("State", bound=Scalable)


def decouple(settings: StepSettings) -> StepSettings:
    """Return the settings with which the optimizer's own law runs where decay is decoupled: none in the gradient.

    A whole step is `law(state, ..., decouple(settings), ...)` and `shrink(state, settings)`. SGDW (Loshchilov & Hutter
    2019, algorithm 1) moves first and shrinks then; torch.optim.AdamW shrinks first: what is read with theta before
    that, such as rho, then takes the factor `kept(settings)`.

    Args:
        settings: The step's settings, with lam.

    Returns:
        The same with lam = 0.

    >>> decouple(StepSettings(lr=0.1, weight_decay=0.01)).weight_decay
    0.0
    """
    return replace(settings, weight_decay=0.0)


def kept(settings: StepSettings) -> float:
    """Return 1 - eta lam, what decoupled decay leaves of the weights.

    >>> kept(StepSettings(lr=0.5, weight_decay=0.5))
    0.75
    """
    return 1 - settings.lr * settings.weight_decay


def shrink(state: State, settings: StepSettings) -> State:
    """Return the state after theta <- (1 - eta lam) theta, the momentum buffer left as it is.

    Q takes the square of the factor, P = <theta, D b> and c = <a, theta> the factor, m = <a, b> none.

    Source: Loshchilov & Hutter 2019, "Decoupled Weight Decay Regularization", algorithm 1.

    Args:
        state: The state before the decay.
        settings: The step's settings, with lam.

    Returns:
        The state after the decay.

    >>> import numpy as np
    >>> from netwright.dynamics.laws.momentum import QuadraticState
    >>> state = QuadraticState(np.array([16.0]), np.array([4.0]))
    >>> shrink(state, StepSettings(lr=0.5, weight_decay=0.5))
    QuadraticState(charge=array([9.]), coupling=array([3.]))
    """
    return state.scaled(kept(settings))
