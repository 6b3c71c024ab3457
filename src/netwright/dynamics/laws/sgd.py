"""What one step of plain gradient descent makes of a charge, exactly."""

from netwright.dynamics.laws.settings import Floats, StepSettings


def quadratic_sgd(
    charge: Floats, curvature: Floats | float, breaking: Floats | float, settings: StepSettings
) -> Floats:
    """Return Q = <theta, D theta> after theta <- theta - eta (s g + lam theta).

    Q' = (1 - eta lam)^2 Q - 2 eta (1 - eta lam) s rho + eta^2 N, with s = -1 under `maximize` and 1 otherwise. Exact
    for every symmetric D. For the charges of GL(d), M = A A^T - C^T C, entries of M, of N = G_A G_A^T - G_C^T G_C and
    of the symmetric part of rho = G_A A^T - C^T G_C go in, flattened.

    Source: Kunin et al. 2021, "Neural Mechanics", section 5; the discrete form is an expansion of the square.

    Args:
        charge: Q before the step, (charges,).
        curvature: N = <g, D g>, (charges,), g the gradient of the mini-batch without decay.
        breaking: rho = <g, D theta>, (charges,); 0.0 is the prediction that the symmetry makes, a measured rho
            attributes what was seen.
        settings: The step's settings; momentum is not looked at.

    Returns:
        Q after the step, (charges,).

    >>> import numpy as np
    >>> theta, g = np.array([3.0, 1.0]), np.array([1.0, 3.0])  # D = diag(1, -1): rho = 0
    >>> quadratic_sgd(np.array([8.0]), np.array([-8.0]), 0.0, StepSettings(lr=0.5)).tolist()  # theta' = (2.5, -0.5)
    [6.0]
    """
    kept = 1 - settings.lr * settings.weight_decay
    return kept**2 * charge - 2 * settings.lr * kept * settings.sign * breaking + settings.lr**2 * curvature


def linear_sgd(charge: Floats, settings: StepSettings, breaking: Floats | float = 0.0) -> Floats:
    """Return c = <a, theta> after theta <- theta - eta (s g + lam theta).

    c' = (1 - eta lam) c - eta s <a, g>, and a translation symmetry says that <a, g> = 0: no gradient need be read.

    Source: Kunin et al. 2021, "Neural Mechanics", section 5.

    Args:
        charge: c before the step, (charges,).
        settings: The step's settings; momentum is not looked at.
        breaking: <a, g>, (charges,): 0.0 for the prediction, measured for attribution.

    Returns:
        c after the step, (charges,).

    >>> import numpy as np
    >>> linear_sgd(np.array([2.0]), StepSettings(lr=0.5, weight_decay=0.1)).round(12).tolist()
    [1.9]
    """
    kept = 1 - settings.lr * settings.weight_decay
    return kept * charge - settings.lr * settings.sign * breaking
