"""What the laws have of all charges of one kind between steps: the exact law beside the continuous theory."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from netwright.dynamics.attribution import Tracked, carry_decay
from netwright.dynamics.continuous import flow_linear, flow_quadratic, start_linear, start_quadratic
from netwright.dynamics.family import Floats
from netwright.dynamics.laws.momentum import LinearState, QuadraticState
from netwright.dynamics.laws.momentum_flow import FlowState
from netwright.dynamics.partition import Part
from netwright.dynamics.prediction import Squares, seed, step_linear, step_quadratic


@dataclass(frozen=True, eq=False)
class Theory:
    """Charges as theory has them, under rho = 0. All arrays are (parts, charges), float64.

    Args:
        charge: Q_i or c_i of the exact law.
        coupling: P_i = <theta, D b> or m_i = <a, b> of the exact law.
        decay: What weight decay put into that.
        flow: Q_i or c_i in continuous time.
        flow_rate: Its rate of change.
    """

    charge: Floats
    coupling: Floats
    decay: Floats
    flow: Floats
    flow_rate: Floats

    @property
    def tracked(self) -> Tracked:
        """What an account takes of it."""
        return Tracked(self.coupling, self.decay)


def seed_theory(
    measured: LinearState | QuadraticState, before: Theory | None, heaviest: Floats, parts: Sequence[Part]
) -> Theory:
    """Return theory over new parts: each as measured, the sums as theory had them.

    Args:
        measured: Charges and what the momentum buffer has of them, (parts, charges) each.
        before: Theory over the parts of before; nothing at the start.
        heaviest: Which part of each charge takes the difference, (charges,).
        parts: The new parts, as the coming step treats them.

    Returns:
        Theory before that step.

    >>> from netwright.dynamics.laws.settings import StepSettings
    >>> one = Part(frozenset("w"), StepSettings(lr=0.1), moves=True, first=True)
    >>> state = LinearState(np.array([[2.0]]), np.zeros((1, 1)))
    >>> seed_theory(state, None, np.array([0]), [one]).charge.tolist()
    [[2.0]]
    """
    if isinstance(measured, LinearState):
        coupling, start = measured.velocity, start_linear(measured, parts)
    else:
        coupling, start = measured.coupling, start_quadratic(measured, parts)
    if before is None:
        return Theory(measured.charge, coupling, np.zeros_like(coupling), start.charge, start.rate)
    return Theory(
        charge=seed(measured.charge, before.charge.sum(axis=0), heaviest),
        coupling=seed(coupling, before.coupling.sum(axis=0), heaviest),
        decay=seed(np.zeros_like(coupling), before.decay.sum(axis=0), heaviest),
        flow=seed(start.charge, before.flow.sum(axis=0), heaviest),
        flow_rate=seed(start.rate, before.flow_rate.sum(axis=0), heaviest),
    )


def advance_quadratic(theory: Theory, squares: Squares, balanced: Floats, parts: Sequence[Part]) -> Theory:
    """Return theory of quadratic charges after a step.

    Args:
        theory: Before the step.
        squares: What was read in the step.
        balanced: rho_i under rho = 0, (parts, charges).
        parts: How the step treats the parameters.

    Returns:
        After the step.
    """
    exact = QuadraticState(theory.charge, theory.coupling)
    flow = flow_quadratic(FlowState(theory.flow, theory.flow_rate), exact, squares, balanced, parts)
    after = step_quadratic(exact, squares, balanced, parts)
    decay = carry_decay(theory.decay, theory.charge, parts)
    return Theory(after.charge, after.coupling, decay, flow.charge, flow.rate)


def advance_linear(theory: Theory, balanced: Floats, parts: Sequence[Part]) -> Theory:
    """Return theory of linear charges after a step.

    Args:
        theory: Before the step.
        balanced: <a_i, g_i> under a sum of 0, (parts, charges).
        parts: How the step treats the parameters.

    Returns:
        After the step.
    """
    flow = flow_linear(FlowState(theory.flow, theory.flow_rate), balanced, parts)
    after = step_linear(LinearState(theory.charge, theory.coupling), balanced, parts)
    decay = carry_decay(theory.decay, theory.charge, parts)
    return Theory(after.charge, after.velocity, decay, flow.charge, flow.rate)
