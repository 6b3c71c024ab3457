"""Follows charges through the steps of an optimizer that has no exact law."""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from netwright.dynamics.attribution import account_any, account_any_linear
from netwright.dynamics.family import Floats
from netwright.dynamics.follower import CloseLook
from netwright.dynamics.observer import Kind, Measured, Observer
from netwright.dynamics.partition import Part
from netwright.dynamics.prediction import sum_breaking


@dataclass(frozen=True, eq=False)
class _Before:
    quadratic: Floats
    linear: Floats
    breaking: Floats
    linear_breaking: Floats


class ChangeFollower:
    """Follows charges through the steps of any optimizer: predicts nothing, and says what the steps looked at did.

    For a step looked at closely the parameters are copied, and the copy is given up right after it.

    Args:
        observer: Reads the network and the optimizer.
    """

    def __init__(self, observer: Observer) -> None:
        self.observer = observer
        self._copies: dict[str, Tensor] = {}
        self._before: _Before | None = None

    def before(self, parts: tuple[Part, ...], close: bool, scale: Tensor | None) -> None:
        """Copy the parameters and read their charges where the step is looked at closely."""
        self._before, self._copies = None, {}
        if not close:
            return
        read, groups = self.observer, [part.names for part in parts]
        names, factor = frozenset(read.parameters), 1.0 if scale is None else float(scale)
        quadratic, linear = read.quadratic.charges, read.linear.charges
        self._before = _Before(
            read.products(read.parameters, read.parameters, parts, torch.float64),
            linear.weigh(linear.reduce_sums(read.parameters, groups), groups),
            self._summed(read.quadratic, quadratic.weigh(read.breaking(names, parts), groups) / factor, parts),
            self._summed(read.linear, linear.weigh(read.linear_breaking(names, parts), groups) / factor, parts),
        )
        self._copies = {name: parameter.detach().clone() for name, parameter in read.parameters.items()}

    def after(self, parts: tuple[Part, ...], measured: Measured | None) -> CloseLook | None:
        """Say what the step delta = theta' - theta did: <theta, D delta> = <theta', D delta> - <delta, D delta>."""
        before, self._before = self._before, None
        moves, self._copies = self._copies, {}
        if before is None or measured is None:
            return None
        read, whole = self.observer, [frozenset(self.observer.parameters)]
        for name, copy in moves.items():
            copy.neg_().add_(read.parameters[name].detach())
        charges, linear = read.quadratic.charges, read.linear.charges
        square = charges.weigh(charges.reduce(moves, moves, whole), whole)[0]
        along = charges.weigh(charges.reduce(read.parameters, moves, whole), whole)[0] - square
        sums = linear.weigh(linear.reduce_sums(moves, whole), whole)[0]
        return CloseLook(
            account_any(before.quadratic, along, square, measured.quadratic, parts),
            account_any_linear(before.linear, sums, measured.linear, parts),
            before.breaking,
            before.linear_breaking,
            update=None,
        )

    def expected(self) -> None:
        """Return nothing: there is no law."""

    def renew(self) -> None:
        """Do nothing: nothing is kept between steps."""

    def state_dict(self) -> dict[str, Any]:
        """Return nothing: nothing is kept between steps."""
        return {}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Do nothing: nothing is kept between steps."""

    def _summed(self, kind: Kind, breaking: Floats, parts: tuple[Part, ...]) -> Floats:
        return sum_breaking(breaking, kind.balance(parts).heaviest, parts)
