"""Carries theory from step to step over all charges, and notices when the parts change."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from netwright.dynamics.charge_map import Names, Reduced
from netwright.dynamics.family import Floats
from netwright.dynamics.observer import Observer
from netwright.dynamics.partition import Part
from netwright.dynamics.prediction import Squares, balance, sum_breaking
from netwright.dynamics.theory import Theory, advance_linear, advance_quadratic, seed_theory


@dataclass(frozen=True, eq=False)
class StepReading:
    """What was read in a step, still to be weighed.

    Args:
        parts: How the step treated the parameters.
        squares: <g, D g>, <g, D b'>, <b', D b'>.
        breaking: <g_i, D theta_i> with the gradients as they were before the step.
        linear_breaking: <a_i, g_i> of the same gradients.
        scale: What these gradients were multiplied by; nothing is 1.
    """

    parts: tuple[Part, ...]
    squares: tuple[Reduced, Reduced, Reduced]
    breaking: Reduced
    linear_breaking: Reduced
    scale: Tensor | None


@dataclass(frozen=True, eq=False)
class Weighed:
    """What was read in a step.

    Args:
        squares: What the laws of quadratic charges take.
        breaking: rho_i, (parts, charges); measured only where that was asked for.
        linear_breaking: <a_i, g_i>, (parts, charges).
        whole: rho, (charges,).
        linear_whole: <a, g>, (charges,).
        balanced: rho_i under rho = 0.
        linear_balanced: <a_i, g_i> under a sum of 0.
    """

    squares: Squares
    breaking: Floats
    linear_breaking: Floats
    whole: Floats
    linear_whole: Floats
    balanced: Floats
    linear_balanced: Floats


class Recursion:
    """Theory of all charges, between steps.

    Args:
        observer: Reads charges where parts are seeded.
    """

    def __init__(self, observer: Observer) -> None:
        self.observer = observer
        self.names: tuple[Names, ...] = ()
        self.quadratic: Theory | None = None
        self.linear: Theory | None = None
        self._parts: tuple[Part, ...] = ()
        self._pending: list[StepReading] = []
        self._choose(())

    @property
    def light(self) -> Names:
        """Names of the parameters of which rho_i is to be measured at every step."""
        return self._balance.light | self._linear_balance.light

    def prepare(self, parts: tuple[Part, ...]) -> None:
        """Make ready for a step: where it treats the parameters in other parts than the last one, seed anew."""
        names = tuple(part.names for part in parts)
        if names != self.names or self.quadratic is None or self.linear is None:
            self.flush()
            self._choose(parts)
            state, linear = self.observer.quadratic_state(parts), self.observer.linear_state(parts)
            self.quadratic = seed_theory(state, self.quadratic, self._balance.heaviest, parts)
            self.linear = seed_theory(linear, self.linear, self._linear_balance.heaviest, parts)
            self.names = names
        elif not self._parts or [p.moves for p in parts] != [p.moves for p in self._parts]:
            self.flush()
            self._choose(parts)
        self._parts = parts

    def forget_parts(self) -> None:
        """Seed anew at the next step; the sums stay."""
        self.names = ()

    def push(self, reading: StepReading, hold: int) -> None:
        """Take up what was read in a step; up to `hold` steps are weighed at once: a device is seldom waited for."""
        self._pending.append(reading)
        if len(self._pending) >= hold:
            self.flush()

    def flush(self) -> None:
        """Carry theory up to the last step that was taken up."""
        pending, self._pending = self._pending, []
        for reading in pending:
            self.advance(self.weigh(reading), reading.parts)

    def weigh(self, reading: StepReading) -> Weighed:
        """Return what was read in a step of the present parts, in charges."""
        groups = [part.names for part in reading.parts]
        scale = 1.0 if reading.scale is None else float(reading.scale)
        quadratic, linear = self.observer.quadratic.charges, self.observer.linear.charges
        breaking = quadratic.weigh(reading.breaking, groups) / scale
        linear_breaking = linear.weigh(reading.linear_breaking, groups) / scale
        return Weighed(
            Squares(*(quadratic.weigh(reduced, groups) for reduced in reading.squares)),
            breaking,
            linear_breaking,
            sum_breaking(breaking, self._balance.heaviest, reading.parts),
            sum_breaking(linear_breaking, self._linear_balance.heaviest, reading.parts),
            balance(breaking, self._balance.heaviest),
            balance(linear_breaking, self._linear_balance.heaviest),
        )

    def advance(self, weighed: Weighed, parts: Sequence[Part]) -> None:
        """Carry theory over one step."""
        if self.quadratic is not None and self.linear is not None:
            self.quadratic = advance_quadratic(self.quadratic, weighed.squares, weighed.balanced, parts)
            self.linear = advance_linear(self.linear, weighed.linear_balanced, parts)

    def state_dict(self) -> dict[str, Any]:
        """Return all of it as lists of names and float64 tensors."""
        self.flush()
        return {
            "parts": [sorted(names) for names in self.names],
            "quadratic": _tensors(self.quadratic),
            "linear": _tensors(self.linear),
        }

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on where `state_dict` was taken."""
        self.names = tuple(frozenset(names) for names in state["parts"])
        self.quadratic, self.linear = _theory(state["quadratic"]), _theory(state["linear"])
        self._parts, self._pending = (), []

    def _choose(self, parts: tuple[Part, ...]) -> None:
        self._balance = self.observer.quadratic.balance(parts)
        self._linear_balance = self.observer.linear.balance(parts)


def _tensors(theory: Theory | None) -> dict[str, Tensor] | None:
    if theory is None:
        return None
    return {name: torch.from_numpy(np.array(values)) for name, values in asdict(theory).items()}


def _theory(state: Mapping[str, Tensor] | None) -> Theory | None:
    return None if state is None else Theory(**{name: values.numpy().copy() for name, values in state.items()})
