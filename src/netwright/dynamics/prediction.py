"""The exact discrete laws, part by part: what they make of all charges of one kind in one step."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from netwright.dynamics.family import Floats
from netwright.dynamics.laws.momentum import LinearState, QuadraticState, linear_momentum, quadratic_momentum
from netwright.dynamics.laws.nesterov import NesterovReadings, linear_nesterov, quadratic_nesterov
from netwright.dynamics.laws.settings import StepSettings
from netwright.dynamics.laws.sgd import linear_sgd, quadratic_sgd
from netwright.dynamics.partition import Part


@dataclass(frozen=True, eq=False)
class Squares:
    """What the laws of quadratic charges take of a step's gradient g and of the momentum buffer b' after the step.

    Args:
        curvature: <g, D g>, (parts, charges); 0 where the law of a part does not ask for it.
        cross: <g, D b'>.
        velocity: <b', D b'>.
    """

    curvature: Floats
    cross: Floats
    velocity: Floats


def step_quadratic(state: QuadraticState, squares: Squares, breaking: Floats, parts: Sequence[Part]) -> QuadraticState:
    """Return Q_i and P_i of every part after a step.

    Args:
        state: Before the step, (parts, charges) each.
        squares: What was read in the step.
        breaking: rho_i = <g_i, D theta_i>, (parts, charges).
        parts: How the step treats the parameters; what rests keeps its state.

    Returns:
        After the step.

    >>> still = Part(frozenset("w"), StepSettings(lr=0.0), moves=False, first=False)
    >>> zero = np.zeros((1, 1))
    >>> step_quadratic(QuadraticState(zero + 3, zero), Squares(zero, zero, zero), zero, [still]).charge.tolist()
    [[3.0]]
    """
    charge, coupling = state.charge.copy(), state.coupling.copy()
    for at, part in enumerate(parts):
        if part.moves:
            own = QuadraticState(state.charge[at], state.coupling[at])
            read = (squares.curvature[at], squares.cross[at], squares.velocity[at])
            after = _quadratic(own, read, breaking[at], part)
            charge[at], coupling[at] = after.charge, after.coupling
    return QuadraticState(charge, coupling)


def step_linear(state: LinearState, breaking: Floats, parts: Sequence[Part]) -> LinearState:
    """Return c_i and m_i of every part after a step.

    Args:
        state: Before the step, (parts, charges) each.
        breaking: <a_i, g_i>, (parts, charges).
        parts: How the step treats the parameters; what rests keeps its state.

    Returns:
        After the step.

    >>> part = Part(frozenset("w"), StepSettings(lr=0.5, weight_decay=1.0), moves=True, first=True)
    >>> zero = np.zeros((1, 1))
    >>> step_linear(LinearState(zero + 3, zero), zero, [part]).charge.tolist()
    [[1.5]]
    """
    charge, velocity = state.charge.copy(), state.velocity.copy()
    for at, part in enumerate(parts):
        if part.moves:
            after = _linear(LinearState(state.charge[at], state.velocity[at]), breaking[at], part)
            charge[at], velocity[at] = after.charge, after.velocity
    return LinearState(charge, velocity)


def balance(breaking: Floats, heaviest: Floats) -> Floats:
    """Return what breaks the parts of charges when the whole is not broken: rho = 0.

    All but one part of each charge is measured, the rest is minus the sum of these.

    Args:
        breaking: rho_i of the parts, (parts, charges); what stands at the heaviest part is not looked at.
        heaviest: Which part of each charge is not measured, (charges,).

    Returns:
        (parts, charges); every column sums to 0.

    >>> balance(np.array([[5.0, 2.0], [-1.0, 7.0]]), np.array([0, 1])).tolist()
    [[1.0, 2.0], [-1.0, -2.0]]
    """
    columns = np.arange(breaking.shape[1])
    balanced: Floats = breaking.copy()
    balanced[heaviest, columns] = 0.0
    balanced[heaviest, columns] = -balanced.sum(axis=0)
    return balanced


def sum_breaking(breaking: Floats, heaviest: Floats, parts: Sequence[Part]) -> Floats:
    """Return what breaks whole charges, and 0 where a part rests, whose gradient is not known.

    Args:
        breaking: rho_i of all parts, (parts, charges).
        heaviest: Which part of each charge `balance` takes from the others, (charges,); one at rest, if there is one.
        parts: How the step treats the parameters.

    Returns:
        rho, (charges,).

    >>> still = Part(frozenset("w"), StepSettings(lr=0.0), moves=False, first=False)
    >>> sum_breaking(np.array([[5.0]]), np.array([0]), [still]).tolist()
    [0.0]
    """
    known = np.array([part.moves for part in parts])[heaviest.astype(np.intp)]
    return np.where(known, breaking.sum(axis=0), 0.0)


def seed(measured: Floats, total: Floats | None, heaviest: Floats) -> Floats:
    """Return the parts of charges whose sum is known from before: measured, the heaviest taking the difference.

    Args:
        measured: (parts, charges).
        total: What the parts must sum to, (charges,); nothing where there is nothing from before.
        heaviest: Which part of each charge is the heaviest, (charges,).

    Returns:
        (parts, charges).

    >>> seed(np.array([[1.0], [2.0]]), np.array([4.0]), np.array([1])).tolist()
    [[1.0], [3.0]]
    """
    seeded: Floats = measured.copy()
    if total is not None:
        seeded[heaviest, np.arange(measured.shape[1])] += total - measured.sum(axis=0)
    return seeded


def _quadratic(
    state: QuadraticState, read: tuple[Floats, Floats, Floats], breaking: Floats, part: Part
) -> QuadraticState:
    settings: StepSettings = part.settings
    curvature, cross, velocity = read
    if settings.nesterov:
        return quadratic_nesterov(state, NesterovReadings(curvature, cross, velocity), breaking, settings, part.first)
    if settings.momentum:
        return quadratic_momentum(state, velocity, breaking, settings, part.first)
    return QuadraticState(quadratic_sgd(state.charge, curvature, breaking, settings), state.coupling)


def _linear(state: LinearState, breaking: Floats, part: Part) -> LinearState:
    if part.settings.nesterov:
        return linear_nesterov(state, part.settings, part.first, breaking)
    if part.settings.momentum:
        return linear_momentum(state, part.settings, part.first, breaking)
    return LinearState(linear_sgd(state.charge, part.settings, breaking), state.velocity)
