"""What follows charges through the steps of an optimizer."""

from dataclasses import dataclass
from typing import Any, Protocol

from torch import Tensor

from netwright.dynamics.attribution import Account
from netwright.dynamics.family import Floats
from netwright.dynamics.observer import Measured
from netwright.dynamics.partition import Part
from netwright.dynamics.update import Update


@dataclass(frozen=True, eq=False)
class CloseLook:
    """What a step did, where it was looked at closely.

    Args:
        quadratic: What changed the quadratic charges.
        linear: What changed the linear ones.
        breaking: rho = <g, D theta> of the quadratic charges, (charges,).
        linear_breaking: <a, g> of the linear ones, (charges,).
        update: The products of the step's update; nothing where the optimizer has no law.
    """

    quadratic: Account
    linear: Account
    breaking: Floats
    linear_breaking: Floats
    update: Update | None


@dataclass(frozen=True, eq=False)
class Expected:
    """What theory has of all charges, (charges,) each.

    Args:
        quadratic: Of the exact law.
        linear: Of the exact law.
        quadratic_flow: Of the continuous theory.
        linear_flow: Of the continuous theory.
    """

    quadratic: Floats
    linear: Floats
    quadratic_flow: Floats
    linear_flow: Floats


class Follower(Protocol):
    """Follows charges through the steps of one optimizer."""

    def before(self, parts: tuple[Part, ...], close: bool, scale: Tensor | None) -> None:
        """Read what must be read before the weights move, the gradients being ready and multiplied by `scale`."""

    def after(self, parts: tuple[Part, ...], measured: Measured | None) -> CloseLook | None:
        """Read the rest after the weights moved; where charges were measured since, say what the step did to them."""

    def expected(self) -> Expected | None:
        """Return what theory has now; nothing where the optimizer has no law."""

    def renew(self) -> None:
        """Expect the parameters to be others than in the last step."""

    def state_dict(self) -> dict[str, Any]:
        """Return what a resumed training needs, as plain values and tensors."""

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on where `state_dict` was taken."""
