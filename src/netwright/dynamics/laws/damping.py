"""Whether momentum lets a charge creep to rest or oscillate."""

import math
from dataclasses import dataclass
from typing import Literal

from netwright.dynamics.laws.settings import StepSettings

Regime = Literal["overdamped", "critical", "underdamped"]

SAME = 1e-9
"""Relative difference from the border below which damping counts as critical."""


@dataclass(frozen=True)
class Damping:
    """The regimes of the two kinds of charges.

    Args:
        linear: That of c = <a, theta>.
        quadratic: That of Q = <theta, D theta>.
    """

    linear: Regime
    quadratic: Regime


def damping(settings: StepSettings) -> Damping:
    """Return the regimes of charges under momentum and weight decay.

    Underdamped where h lam > (1 - sqrt(beta))^2 for c and 2 h lam > (1 - sqrt(beta))^2 for Q, h = eta (1 - tau): there
    the roots r of the exact recursions r^2 - (1 + beta - h lam) r + beta = 0, with 2 h lam for Q, are complex. Nesterov
    has beta (1 - eta lam) in place of beta. The flow is underdamped from (1 - beta)^2/(2 (1 + beta)), the same up to
    a share of (1 - beta)^2/16: 7e-4 at beta = 0.9.

    Source: Kunin et al. 2021, "Neural Mechanics", section 6, for the flow; the recursions of `momentum` for the border.

    Args:
        settings: The step's settings.

    Returns:
        One regime a kind of charge.

    >>> damping(StepSettings(lr=0.1, momentum=0.9, weight_decay=0.02))
    Damping(linear='overdamped', quadratic='underdamped')
    """
    border = (1 - math.sqrt(max(settings.inertia, 0.0))) ** 2
    pull = settings.time_step * settings.weight_decay
    return Damping(linear=_regime(pull, border), quadratic=_regime(2 * pull, border))


def _regime(pull: float, border: float) -> Regime:
    if math.isclose(pull, border, rel_tol=SAME):
        return "critical"
    return "underdamped" if pull > border else "overdamped"
