"""What changed charges in one step: decay, the finite step, a symmetry that does not hold, rounding."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from netwright.dynamics.family import Floats
from netwright.dynamics.laws.any_optimizer import attribute_change
from netwright.dynamics.laws.momentum import LinearState, QuadraticState
from netwright.dynamics.partition import Part
from netwright.dynamics.prediction import Squares, step_linear, step_quadratic

SHARES = ("change", "decay", "finite_step", "breaking", "rounding")


@dataclass(frozen=True, eq=False)
class Account:
    """One step's account: `change` is the sum of the other four.

    Args:
        change: Charge after minus charge before, (charges,).
        decay: What weight decay did, through the momentum buffer too.
        finite_step: What the finite and unequal learning rates did.
        breaking: What <g, v> not being 0 did; of an optimizer that does not step along the gradient, what the direction
            of its step did.
        rounding: The rest.
    """

    change: Floats
    decay: Floats
    finite_step: Floats
    breaking: Floats
    rounding: Floats

    def summed(self, charges: slice) -> Floats:
        """Return the five shares, in the order of `SHARES`, summed over some of the charges."""
        return np.array([getattr(self, share)[charges].sum() for share in SHARES])


@dataclass(frozen=True, eq=False)
class Breaking:
    """What breaks the parts of charges.

    Args:
        measured: rho_i, (parts, charges).
        balanced: The same when the whole is not broken: rho = 0.
    """

    measured: Floats
    balanced: Floats


def account_quadratic(
    before: QuadraticState,
    expected: "Tracked",
    after: Floats,
    squares: Squares,
    breaking: Breaking,
    parts: Sequence[Part],
) -> Account:
    """Return what changed quadratic charges in a step of an optimizer that has a law.

    The law with rho = 0 gives decay and finite step, with the measured rho also the breaking: an identity, so the rest
    is rounding. Of P = <theta, D b>, what decay put in is carried along (`carry_decay`), and what the law with rho = 0
    does not know of is breaking.

    Args:
        before: Q_i and P_i as measured before the step, (parts, charges).
        expected: P_i before the step under rho = 0, and what of it decay put in.
        after: Q as measured after the step, (charges,).
        squares: What was read in the step.
        breaking: rho_i in the step.
        parts: How the step treats the parameters.

    Returns:
        The account.
    """
    start = before.charge.sum(axis=0)
    full = step_quadratic(before, squares, breaking.measured, parts).charge.sum(axis=0)
    theory = step_quadratic(QuadraticState(before.charge, expected.coupling), squares, breaking.balanced, parts)
    decay = np.zeros_like(start)
    for at, part in enumerate(parts):
        if part.moves:
            decay += _quadratic_decay(before.charge[at], expected.decay[at], part)
    unbroken = theory.charge.sum(axis=0)
    return Account(after - start, decay, unbroken - start - decay, full - unbroken, after - full)


def account_linear(
    before: LinearState, expected: "Tracked", after: Floats, breaking: Breaking, parts: Sequence[Part]
) -> Account:
    """Return what changed linear charges in a step of an optimizer that has a law.

    Args:
        before: c_i and m_i as measured before the step, (parts, charges).
        expected: m_i before the step under rho = 0, and what of it decay put in.
        after: c as measured after the step, (charges,).
        breaking: <a_i, g_i> in the step.
        parts: How the step treats the parameters.

    Returns:
        The account.
    """
    start = before.charge.sum(axis=0)
    full = step_linear(before, breaking.measured, parts).charge.sum(axis=0)
    theory = step_linear(LinearState(before.charge, expected.coupling), breaking.balanced, parts)
    decay = np.zeros_like(start)
    for at, part in enumerate(parts):
        if part.moves:
            decay += _linear_decay(before.charge[at], expected.decay[at], part)
    unbroken = theory.charge.sum(axis=0)
    return Account(after - start, decay, unbroken - start - decay, full - unbroken, after - full)


def account_any(before: Floats, along: Floats, square: Floats, after: Floats, parts: Sequence[Part]) -> Account:
    """Return what changed quadratic charges in a step of any optimizer: dQ = 2 <theta, D delta> + <delta, D delta>.

    Decoupled decay, -eta lam theta within delta, is told apart; decay within the gradient cannot be.

    Args:
        before: Q_i before the step, (parts, charges).
        along: <theta, D delta>, (charges,).
        square: <delta, D delta>, (charges,).
        after: Q after the step, (charges,).
        parts: How the step treats the parameters; the settings hold decoupled decay alone.

    Returns:
        The account.

    >>> from netwright.dynamics.laws.settings import StepSettings
    >>> part = Part(frozenset("w"), StepSettings(lr=0.5), moves=True, first=False)
    >>> one = np.ones(1)  # theta = 1, delta = 1
    >>> account_any(np.ones((1, 1)), one, one, 4 * one, [part]).breaking.tolist()
    [2.0]
    """
    start, pull = before.sum(axis=0), _decoupled_pull(parts)
    decay = ((1 - pull) ** 2 - 1) @ before
    finite = square - pull**2 @ before
    return Account(
        after - start, decay, finite, 2 * (along + pull @ before), after - start - attribute_change(along, square)
    )


def account_any_linear(before: Floats, along: Floats, after: Floats, parts: Sequence[Part]) -> Account:
    """Return what changed linear charges in a step of any optimizer: dc = <a, delta>.

    Args:
        before: c_i before the step, (parts, charges).
        along: <a, delta>, (charges,).
        after: c after the step, (charges,).
        parts: How the step treats the parameters; the settings hold decoupled decay alone.

    Returns:
        The account.

    >>> from netwright.dynamics.laws.settings import StepSettings
    >>> part = Part(frozenset("w"), StepSettings(lr=0.5, weight_decay=0.5), moves=True, first=False)
    >>> account_any_linear(np.ones((1, 1)), np.array([-0.25]), np.array([0.75]), [part]).decay.tolist()
    [-0.25]
    """
    start, decay = before.sum(axis=0), -_decoupled_pull(parts) @ before
    return Account(after - start, decay, np.zeros_like(start), along - decay, after - start - along)


def _decoupled_pull(parts: Sequence[Part]) -> Floats:
    return np.array([part.settings.lr * part.settings.weight_decay for part in parts])


@dataclass(frozen=True, eq=False)
class Tracked:
    """What the law with rho = 0 has in the momentum buffer.

    Args:
        coupling: P_i = <theta, D b>, or m_i = <a, b>, (parts, charges).
        decay: What of it weight decay put in.
    """

    coupling: Floats
    decay: Floats


def carry_decay(decay: Floats, charge: Floats, parts: Sequence[Part]) -> Floats:
    """Return what decay has put into P_i or m_i after a step: beta times what was there, and (1 - tau) lam Q or lam c.

    Args:
        decay: Before the step, (parts, charges).
        charge: Q_i or c_i before the step.
        parts: How the step treats the parameters.

    Returns:
        After the step.

    >>> from netwright.dynamics.laws.settings import StepSettings
    >>> settings = StepSettings(lr=0.1, momentum=0.5, weight_decay=0.25)
    >>> part = Part(frozenset("w"), settings, moves=True, first=False)
    >>> carry_decay(np.array([[1.0]]), np.array([[2.0]]), [part]).tolist()
    [[1.0]]
    """
    carried = decay.copy()
    for at, part in enumerate(parts):
        if part.moves and part.settings.momentum:
            carried[at] = _taken_up(decay[at], charge[at], part)
    return carried


def _taken_up(decay: Floats, charge: Floats, part: Part) -> Floats:
    kept = 0.0 if part.first else part.settings.momentum
    taken: Floats = kept * decay + part.settings.intake(part.first) * part.settings.weight_decay * charge
    return taken


def _quadratic_decay(charge: Floats, decay: Floats, part: Part) -> Floats:
    settings, pull = part.settings, part.settings.weight_decay * charge
    eta, lam = settings.lr, settings.weight_decay
    if not settings.momentum:
        return ((1 - eta * lam) ** 2 - 1) * charge
    taken = _taken_up(decay, charge, part)
    if settings.nesterov:
        return -2 * eta * (pull + settings.momentum * taken) + eta**2 * lam * pull
    return -2 * eta * taken


def _linear_decay(charge: Floats, decay: Floats, part: Part) -> Floats:
    settings, pull = part.settings, part.settings.weight_decay * charge
    if not settings.momentum:
        return -settings.lr * pull
    taken = _taken_up(decay, charge, part)
    return -settings.lr * (pull + settings.momentum * taken if settings.nesterov else taken)
