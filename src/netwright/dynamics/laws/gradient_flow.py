"""Charges under gradient flow: constant, and with weight decay exponentials."""

import math

from netwright.dynamics.laws.settings import Floats, StepSettings


def linear_gradient_flow(charge: Floats, settings: StepSettings, time: float) -> Floats:
    """Return c = <a, theta> after gradient flow theta' = -g - lam theta: c e^(-lam t).

    The limit of small steps; without weight decay the charge is conserved.

    Source: Kunin et al. 2021, "Neural Mechanics", sections 4 and 5.

    Args:
        charge: c at time 0, (charges,).
        settings: Settings with lam; over a schedule, go from step to step.
        time: t, the sum of learning rates; eta for one step.

    Returns:
        c at time t, (charges,).

    >>> import numpy as np
    >>> linear_gradient_flow(np.array([1.0]), StepSettings(lr=0.1, weight_decay=0.5), time=2.0).round(6).tolist()
    [0.367879]
    """
    return charge * math.exp(-settings.weight_decay * time)


def quadratic_gradient_flow(charge: Floats, settings: StepSettings, time: float) -> Floats:
    """Return Q = <theta, D theta> after gradient flow theta' = -g - lam theta: Q e^(-2 lam t).

    The limit of small steps; without weight decay the charge is conserved.

    Source: Kunin et al. 2021, "Neural Mechanics", sections 4 and 5.

    Args:
        charge: Q at time 0, (charges,).
        settings: Settings with lam; over a schedule, go from step to step.
        time: t, the sum of learning rates; eta for one step.

    Returns:
        Q at time t, (charges,).

    >>> import numpy as np
    >>> quadratic_gradient_flow(np.array([1.0]), StepSettings(lr=0.1, weight_decay=0.5), time=1.0).round(6).tolist()
    [0.367879]
    """
    return charge * math.exp(-2 * settings.weight_decay * time)
