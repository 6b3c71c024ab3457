"""Follows charges through the steps of an optimizer that has exact laws."""

from dataclasses import dataclass
from typing import Any

from torch import Tensor

from netwright.dynamics.attribution import Breaking, account_linear, account_quadratic
from netwright.dynamics.charge_map import Reduced
from netwright.dynamics.follower import CloseLook, Expected
from netwright.dynamics.laws.momentum import LinearState, QuadraticState
from netwright.dynamics.observer import Measured, Observer
from netwright.dynamics.partition import Part
from netwright.dynamics.recursion import Recursion, StepReading
from netwright.dynamics.update import update_products

HELD_STEPS = 8
"""Steps that are weighed together on an accelerator, so that it is not waited for at each of them."""


@dataclass(frozen=True, eq=False)
class _Before:
    breaking: Reduced
    linear_breaking: Reduced
    scale: Tensor | None
    states: tuple[QuadraticState, LinearState] | None


class LawFollower:
    """Follows charges through the steps of torch.optim.SGD.

    Args:
        observer: Reads the network and the optimizer.
    """

    def __init__(self, observer: Observer) -> None:
        self.observer = observer
        self.recursion = Recursion(observer)
        self._before: _Before | None = None
        on_cpu = all(parameter.device.type == "cpu" for parameter in observer.parameters.values())
        self._hold = 1 if on_cpu else HELD_STEPS

    def before(self, parts: tuple[Part, ...], close: bool, scale: Tensor | None) -> None:
        """Read rho_i where the parts need it, and where the step is looked at closely also the charges."""
        self.recursion.prepare(parts)
        names = frozenset(self.observer.parameters) if close else self.recursion.light
        states = None
        if close:
            self.recursion.flush()
            states = self.observer.quadratic_state(parts), self.observer.linear_state(parts)
        breaking = self.observer.breaking(names, parts), self.observer.linear_breaking(names, parts)
        self._before = _Before(*breaking, scale, states)

    def after(self, parts: tuple[Part, ...], measured: Measured | None) -> CloseLook | None:
        """Read the gradients and momentum buffers that the step used, and carry theory over it."""
        before, self._before = self._before, None
        if before is None:
            return None
        read = StepReading(parts, self.observer.squares(parts), before.breaking, before.linear_breaking, before.scale)
        if measured is not None and before.states is not None:
            return self._look(read, before.states, measured)
        self.recursion.push(read, self._hold)
        return None

    def expected(self) -> Expected | None:
        """Return the sums over parts of what theory has now."""
        self.recursion.flush()
        quadratic, linear = self.recursion.quadratic, self.recursion.linear
        if quadratic is None or linear is None:
            return None
        pairs = (quadratic.charge, linear.charge, quadratic.flow, linear.flow)
        return Expected(*(values.sum(axis=0) for values in pairs))

    def renew(self) -> None:
        """Seed theory anew from measurement at the next step; the sums stay."""
        self.recursion.flush()
        self.recursion.forget_parts()

    def state_dict(self) -> dict[str, Any]:
        """Return theory as lists of names and tensors."""
        return self.recursion.state_dict()

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on where `state_dict` was taken."""
        self.recursion.load_state_dict(state)

    def _look(
        self, read: StepReading, states: tuple[QuadraticState, LinearState], measured: Measured
    ) -> CloseLook | None:
        """Say what a step did, and carry theory over it."""
        quadratic, linear = self.recursion.quadratic, self.recursion.linear
        if quadratic is None or linear is None:
            return None
        weighed, parts = self.recursion.weigh(read), read.parts
        self.recursion.advance(weighed, parts)
        pull = Breaking(weighed.breaking, weighed.balanced)
        linear_pull = Breaking(weighed.linear_breaking, weighed.linear_balanced)
        return CloseLook(
            account_quadratic(states[0], quadratic.tracked, measured.quadratic, weighed.squares, pull, parts),
            account_linear(states[1], linear.tracked, measured.linear, linear_pull, parts),
            weighed.whole,
            weighed.linear_whole,
            update_products(states[0], weighed.squares, weighed.breaking, parts),
        )
