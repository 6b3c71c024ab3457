"""The products of a step's update with the weights, the momentum buffer and itself."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from netwright.dynamics.family import Floats
from netwright.dynamics.laws.momentum import QuadraticState, meet
from netwright.dynamics.partition import Part
from netwright.dynamics.prediction import Squares


@dataclass(frozen=True, eq=False)
class Update:
    """Products of the update u, of which a step takes lr times, (charges,) each.

    Args:
        weights: <theta, D theta> before the step.
        square: <u, D u>.
        crossing: <u, D b'>, b' the momentum buffer after the step; without momentum <u, D u>.
        inward: <theta, D u>.
    """

    weights: Floats
    square: Floats
    crossing: Floats
    inward: Floats


def update_products(before: QuadraticState, squares: Squares, breaking: Floats, parts: Sequence[Part]) -> Update:
    """Return the products of the update of a step, parts added up.

    Without momentum u = b' = s g + lam theta, with momentum u = b', with Nesterov's u = s g + lam theta + beta b'.

    Args:
        before: Q_i and P_i before the step, (parts, charges).
        squares: What was read in the step.
        breaking: rho_i as measured in the step.
        parts: How the step treats the parameters; what rests is not updated.

    Returns:
        The products.

    >>> from netwright.dynamics.laws.settings import StepSettings
    >>> part = Part(frozenset("w"), StepSettings(lr=1.0, weight_decay=0.5), moves=True, first=False)
    >>> one = np.ones((1, 1))
    >>> update_products(QuadraticState(4 * one, 0 * one), Squares(one, one, one), 0 * one, [part]).square.tolist()
    [2.0]
    """
    square, crossing, inward = (np.zeros(before.charge.shape[1]) for _ in range(3))
    for at, part in enumerate(parts):
        if not part.moves:
            continue
        settings, own = part.settings, QuadraticState(before.charge[at], before.coupling[at])
        lam, beta, rho = settings.weight_decay, settings.momentum, settings.sign * breaking[at]
        cross, velocity = settings.sign * squares.cross[at], squares.velocity[at]
        if settings.momentum:
            coupling = meet(own, breaking[at], settings, part.first)
        if settings.nesterov:
            ahead = lam * own.charge + rho + beta * coupling
            meeting = cross + lam * coupling + beta * velocity
            length = squares.curvature[at] + lam * rho + beta * cross + lam * ahead + beta * meeting
            square, crossing, inward = square + length, crossing + meeting, inward + ahead
        elif settings.momentum:
            square, crossing, inward = square + velocity, crossing + velocity, inward + coupling
        else:
            length = squares.curvature[at] + 2 * lam * rho + lam**2 * own.charge
            square, crossing, inward = square + length, crossing + length, inward + rho + lam * own.charge
    return Update(before.charge.sum(axis=0), square, crossing, inward)
