"""Reads from a network and its optimizer what the laws take, at one step."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from netwright.dynamics.charge_map import ChargeMap, Names, Reduced
from netwright.dynamics.family import Family, Floats
from netwright.dynamics.laws.momentum import LinearState, QuadraticState
from netwright.dynamics.partition import Part

QUICK = torch.float32
"""In what float32 values are multiplied: blocks of them are added in float64, which errs by less than 1e-7."""


@dataclass(frozen=True, eq=False)
class Balance:
    """Which part of each charge is not measured but taken from the others, and which parameters these others are.

    Args:
        heaviest: Of each charge, (charges,).
        light: Names of the parameters to be measured.
    """

    heaviest: Floats
    light: Names


@dataclass(frozen=True, eq=False)
class Kind:
    """The charges of one kind.

    Args:
        charges: The families.
        linear: Whether they are linear.
    """

    charges: ChargeMap
    linear: bool

    def balance(self, parts: Sequence[Part]) -> Balance:
        """Return which part of each charge is taken from the others.

        It is the part that moves most elements, but where a part rests, that one: the gradient of what the optimizer
        does not move is missing, or left over from steps before.

        Args:
            parts: How a step treats the parameters.

        Returns:
            The choice; nothing is measured where there is only one part.
        """
        if len(parts) <= 1:
            return Balance(np.zeros(self.charges.count, dtype=np.intp), frozenset())
        moved = np.stack([self.charges.elements(part.names) for part in parts])
        hidden = np.array([[not part.moves] for part in parts])
        heaviest = np.argmax(np.where(hidden & (moved > 0), np.inf, moved), axis=0)
        light: set[str] = set()
        for at, part in enumerate(parts):
            if part.moves:
                light.update(part.names & self.charges.movers((moved[at] > 0) & (heaviest != at)))
        return Balance(heaviest, frozenset(light))


@dataclass(frozen=True, eq=False)
class Measured:
    """All charges as measured, and what errors are divided by, (charges,) each.

    Args:
        quadratic: Q.
        quadratic_size: Q1 + Q2.
        linear: c.
        linear_size: |a| |theta_A|.
    """

    quadratic: Floats
    quadratic_size: Floats
    linear: Floats
    linear_size: Floats


class Observer:
    """Reads from a network and its optimizer what the laws take.

    Args:
        families: What is watched.
        parameters: All parameters that they move, by name; this mapping is read anew at every step.
        optimizer: The optimizer.
    """

    def __init__(
        self, families: Sequence[Family], parameters: Mapping[str, nn.Parameter], optimizer: Optimizer
    ) -> None:
        sizes = {name: parameter.numel() for name, parameter in parameters.items()}
        self.families, self.parameters, self.optimizer = tuple(families), parameters, optimizer
        self.quadratic = Kind(ChargeMap([f for f in families if not f.linear], sizes), linear=False)
        self.linear = Kind(ChargeMap([f for f in families if f.linear], sizes), linear=True)
        quadratic = iter(self.quadratic.charges.order([f for f in families if not f.linear]))
        linear = iter(self.linear.charges.order([f for f in families if f.linear]))
        self.spans = tuple(next(linear) if family.linear else next(quadratic) for family in families)

    def split(self, quadratic: Floats, linear: Floats) -> tuple[Floats, ...]:
        """Return the charges of each family out of those of the two kinds."""
        pairs = zip(self.families, self.spans, strict=True)
        return tuple((linear if family.linear else quadratic)[span] for family, span in pairs)

    def gradients(self, names: Names) -> dict[str, Tensor]:
        """Return the gradients of some parameters, those that have one."""
        found = {name: self.parameters[name].grad for name in self.parameters if name in names}
        return {n: g.to_dense() if g.is_sparse else g for n, g in found.items() if g is not None}

    def buffers(self, names: Names) -> dict[str, Tensor]:
        """Return the momentum buffers of some parameters, those that have one."""
        states = self.optimizer.state
        found = {n: states[p].get("momentum_buffer") for n, p in self.parameters.items() if n in names and p in states}
        return {name: buffer for name, buffer in found.items() if isinstance(buffer, Tensor)}

    def quadratic_state(self, parts: Sequence[Part]) -> QuadraticState:
        """Return Q_i and P_i as measured, (parts, charges) each."""
        buffers = self.buffers(_names(parts))
        coupling = self.products(self.parameters, buffers, parts, QUICK)
        return QuadraticState(self.products(self.parameters, self.parameters, parts, QUICK), coupling)

    def linear_state(self, parts: Sequence[Part]) -> LinearState:
        """Return c_i and m_i as measured, (parts, charges) each."""
        groups, charges = [part.names for part in parts], self.linear.charges
        charge = charges.weigh(charges.reduce_sums(self.parameters, groups), groups)
        return LinearState(charge, charges.weigh(charges.reduce_sums(self.buffers(_names(parts)), groups), groups))

    def squares(self, parts: Sequence[Part]) -> tuple[Reduced, Reduced, Reduced]:
        """Return <g, D g>, <g, D b'> and <b', D b'>, to be weighed later, where the laws of the parts ask for them."""
        groups, charges = [part.names for part in parts], self.quadratic.charges
        moving = [part for part in parts if part.moves and charges.count]
        ahead = _names([part for part in moving if part.settings.nesterov])
        gradients = self.gradients(_names([p for p in moving if p.settings.nesterov or not p.settings.momentum]))
        buffers = self.buffers(_names([part for part in moving if part.settings.momentum]))
        crossing = {name: gradient for name, gradient in gradients.items() if name in ahead}
        return (
            charges.reduce(gradients, gradients, groups, QUICK),
            charges.reduce(crossing, buffers, groups, QUICK),
            charges.reduce(buffers, buffers, groups, QUICK),
        )

    def breaking(self, names: Names, parts: Sequence[Part]) -> Reduced:
        """Return rho_i = <g_i, D theta_i> of quadratic charges, to be weighed later, from some parameters."""
        groups = [part.names for part in parts]
        return self.quadratic.charges.reduce(self.gradients(names), self.parameters, groups, QUICK)

    def linear_breaking(self, names: Names, parts: Sequence[Part]) -> Reduced:
        """Return <a_i, g_i> of linear charges, to be weighed later, from some parameters."""
        return self.linear.charges.reduce_sums(self.gradients(names), [part.names for part in parts])

    def measure(self) -> Measured:
        """Return all charges at the present parameters, and what errors are divided by."""
        return Measured(*self._measured(self.quadratic), *self._measured(self.linear))

    def gradient_magnitudes(self) -> tuple[Floats, Floats]:
        """Return what errors would be divided by at the gradients in place of the parameters, for either kind."""
        whole = [frozenset(self.parameters)]
        gradients = self.gradients(whole[0])
        maps = (self.quadratic.charges, self.linear.charges)
        reduced = [charges.reduce(gradients, gradients, whole, QUICK) for charges in maps]
        return maps[0].magnitude(reduced[0], gradients), maps[1].magnitude(reduced[1], gradients)

    def _measured(self, kind: Kind) -> tuple[Floats, Floats]:
        whole, charges = [frozenset(self.parameters)], kind.charges
        squares = charges.reduce(self.parameters, self.parameters, whole, QUICK)
        read = charges.reduce_sums(self.parameters, whole) if kind.linear else squares
        return charges.weigh(read, whole)[0], charges.magnitude(squares, self.parameters)

    def products(
        self, left: Mapping[str, Tensor], right: Mapping[str, Tensor], parts: Sequence[Part], precision: torch.dtype
    ) -> Floats:
        """Return <left, D right> of every part and quadratic charge: (parts, charges)."""
        groups, charges = [part.names for part in parts], self.quadratic.charges
        return charges.weigh(charges.reduce(left, right, groups, precision), groups)


def _names(parts: Sequence[Part]) -> Names:
    return frozenset().union(*(part.names for part in parts))
