"""Charges whose parameters lie in several groups of the optimizer, each with settings of its own."""

from collections.abc import Sequence

import numpy as np

from netwright.dynamics.laws.settings import Floats, StepSettings
from netwright.dynamics.laws.sgd import quadratic_sgd


def mixed_sgd(charges: Floats, curvatures: Floats, breakings: Floats, settings: Sequence[StepSettings]) -> Floats:
    """Return the parts Q_i of charges after a step of plain gradient descent with settings of their own.

    Q' = sum_i [(1 - eta_i lam_i)^2 Q_i - 2 eta_i (1 - eta_i lam_i) s rho_i + eta_i^2 N_i]: the sum is over the first
    axis. The law of momentum sums in the same way: one state a part, `quadratic_momentum` on each with its own
    settings, the charge the sum of theirs.

    Source: the law of `quadratic_sgd`, added over parts.

    Args:
        charges: Q_i = <theta_i, D theta_i> before the step, (parts, charges).
        curvatures: N_i = <g_i, D g_i>, (parts, charges).
        breakings: rho_i = <g_i, D theta_i>, (parts, charges); needed part by part although a symmetry makes their sum
            vanish. `balance_breaking` makes the prediction of them.
        settings: The step's settings, one a part.

    Returns:
        Q_i after the step, (parts, charges).

    >>> decay, none = StepSettings(lr=0.5, weight_decay=1.0), StepSettings(lr=0.5)
    >>> parts = np.array([[4.0], [2.0]]), np.zeros((2, 1)), np.array([[1.0], [-1.0]])
    >>> mixed_sgd(*parts, [decay, none]).tolist()  # 1 - 0.5 and 2 + 1
    [[0.5], [3.0]]
    """
    parts = zip(charges, curvatures, breakings, settings, strict=True)
    return np.stack([quadratic_sgd(*part) for part in parts])


def balance_breaking(breakings: Floats) -> Floats:
    """Return what breaks the parts of charges when the whole is not broken: measured, with a sum of 0.

    rho_i - mean_i rho_i. This is the prediction of an exact symmetry where settings differ between parts; where they
    are the same it predicts what rho = 0 does.

    Args:
        breakings: rho_i = <g_i, D theta_i>, (parts, charges).

    Returns:
        The same shape; the sum over parts is 0.

    >>> balance_breaking(np.array([[1.5], [-1.0]])).tolist()
    [[1.25], [-1.25]]
    """
    balanced: Floats = breakings - breakings.mean(axis=0)
    return balanced
