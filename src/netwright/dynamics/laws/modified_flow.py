"""Charges under modified flow: gradient flow corrected for the finite size of a step."""

import math

import numpy as np

from netwright.dynamics.laws.settings import Floats, StepSettings


def linear_modified_flow(charge: Floats, settings: StepSettings, steps: float) -> Floats:
    """Return c = <a, theta> after steps of modified flow: c e^(-(lam + eta lam^2/2) t), t = eta steps.

    Source: Kunin et al. 2021, "Neural Mechanics", section 6: theta' = -g - lam theta - eta/2 (the change of that along
    the flow).

    Args:
        charge: c at step 0, (charges,).
        settings: Settings with eta and lam; over a schedule, go from step to step.
        steps: How many steps, 1 to carry a charge on.

    Returns:
        c after the steps, (charges,).

    >>> linear_modified_flow(np.array([1.0]), StepSettings(lr=1.0, weight_decay=0.1), steps=1).round(6).tolist()
    [0.900325]
    """
    eta, lam = settings.lr, settings.weight_decay
    return charge * math.exp(-(lam + eta * lam**2 / 2) * eta * steps)


def quadratic_modified_flow(charge: Floats, curvatures: Floats, settings: StepSettings) -> Floats:
    """Return Q = <theta, D theta> after n steps of modified flow at constant settings.

    Q' = -k Q + eta N with k = 2 lam + eta lam^2. Its solution is Q e^(-k t_n) + integral of e^(-k (t_n - t)) eta N,
    the integral taken with N of a step at the end of the step: what a step adds decays from the next one on. In
    equilibrium Q is then off by a share (eta lam)^2/3; with N in the middle of a step by eta lam, at its beginning by
    2 eta lam.

    Source: Kunin et al. 2021, "Neural Mechanics", section 6.

    Args:
        charge: Q at step 0, (charges,).
        curvatures: N = <g, D g> of every step's mini-batch, (n, charges).
        settings: Settings with eta and lam.

    Returns:
        Q after n steps, (charges,).

    >>> settings = StepSettings(lr=0.5)  # no decay: Q + eta^2 sum N
    >>> quadratic_modified_flow(np.array([1.0]), np.array([[1.0], [3.0]]), settings).tolist()
    [2.0]
    """
    eta, steps = settings.lr, len(curvatures)
    ages = steps - 1 - np.arange(steps)
    fading = np.exp(-_decay(settings) * eta * ages)
    solution: Floats = charge * math.exp(-_decay(settings) * eta * steps) + eta**2 * fading @ curvatures
    return solution


def modified_flow_step(charge: Floats, curvature: Floats | float, settings: StepSettings) -> Floats:
    """Return Q = <theta, D theta> one step of modified flow later, so that settings may change from step to step.

    e^(-k eta) Q + eta^2 N, k = 2 lam + eta lam^2: what `quadratic_modified_flow` adds in a step.

    Source: Kunin et al. 2021, "Neural Mechanics", section 6.

    Args:
        charge: Q before the step, (charges,).
        curvature: N = <g, D g> of the step's mini-batch, (charges,).
        settings: The step's settings, with eta and lam.

    Returns:
        Q after the step, (charges,).

    >>> modified_flow_step(np.array([1.0]), np.array([4.0]), StepSettings(lr=0.5)).tolist()
    [2.0]
    """
    return math.exp(-_decay(settings) * settings.lr) * charge + settings.lr**2 * curvature


def _decay(settings: StepSettings) -> float:
    return 2 * settings.weight_decay + settings.lr * settings.weight_decay**2
