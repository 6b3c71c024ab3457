"""Learning-rate schedules, made from a recipe: they move after each optimizer step, or after each epoch."""

from collections.abc import Callable
from math import cos, pi
from typing import Any, Protocol

from torch.optim import Optimizer
from torch.optim.lr_scheduler import LambdaLR, LRScheduler, ReduceLROnPlateau

from netwright.records.candidate import Recipe

WARM_UP = 0.3
"""Share of the steps that `one-cycle` warms up (Smith and Topin 2018; also PyTorch's default)."""
PLATEAU_FACTOR, PLATEAU_PATIENCE = 0.1, 10
"""What `plateau` multiplies the rate by, after how many epochs without a better validation loss."""


class Schedule(Protocol):
    """Moves a learning rate, and goes on where it was when the training does.

    Args:
        scheduler: The scheduler of PyTorch inside, for whoever looks on.
    """

    scheduler: LRScheduler

    def after_step(self) -> None:
        """Take note that the optimizer has made a step."""

    def after_epoch(self, validation_loss: float) -> None:
        """Take note that an epoch has ended, and what it led to on the validation samples."""

    def state_dict(self) -> dict[str, Any]:
        """Return plain values that go into the training's checkpoint."""

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on where `state_dict` was taken."""


class StepSchedule:
    """A rate that is known for each step beforehand (a `Schedule`).

    Args:
        optimizer: Whose rate it moves.
        factor: From the steps so far to what the rate is multiplied by.
    """

    def __init__(self, optimizer: Optimizer, factor: Callable[[int], float]) -> None:
        self.scheduler: LRScheduler = LambdaLR(optimizer, factor)

    def after_step(self) -> None:
        """Move the rate on to that of the next step."""
        self.scheduler.step()

    def after_epoch(self, validation_loss: float) -> None:
        """Do nothing: the rate does not depend on what the training leads to."""

    def state_dict(self) -> dict[str, Any]:
        """Return how many steps there were."""
        return self.scheduler.state_dict()

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on where `state_dict` was taken."""
        self.scheduler.load_state_dict(state)


class PlateauSchedule:
    """A rate that falls to a tenth where the validation loss has not improved for 10 epochs (a `Schedule`).

    Args:
        optimizer: Whose rate it moves.
    """

    def __init__(self, optimizer: Optimizer) -> None:
        self._plateau = ReduceLROnPlateau(optimizer, "min", factor=PLATEAU_FACTOR, patience=PLATEAU_PATIENCE)
        self.scheduler: LRScheduler = self._plateau

    def after_step(self) -> None:
        """Do nothing: the rate stays for the whole epoch."""

    def after_epoch(self, validation_loss: float) -> None:
        """Count the epochs without a better loss, and lower the rate where they are too many."""
        self._plateau.step(validation_loss)

    def state_dict(self) -> dict[str, Any]:
        """Return the best loss and how many epochs ago it was."""
        return self._plateau.state_dict()

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on where `state_dict` was taken."""
        self._plateau.load_state_dict(state)


def make_schedule(optimizer: Optimizer, recipe: Recipe, steps: int) -> Schedule:
    """Return the schedule of a recipe; call `after_step` after every optimizer step, `after_epoch` after every epoch.

    The rate of step t (from 0) of T is lr * f(t): `constant` f = 1; `cosine` f = (1 + cos(pi t/T)) / 2; `one-cycle`
    f = (t + 1)/W over the first W = 0.3 T steps, then the cosine from 1 over the others. `plateau` starts with lr and
    divides it by 10 whenever more than 10 epochs have passed without a validation loss that is better by 0.01%.

    Args:
        optimizer: Whose rate it moves.
        recipe: Names it.
        steps: How many optimizer steps the whole training has, T.

    Returns:
        The schedule; the optimizer has the rate of step 0.

    Source: Loshchilov and Hutter 2017, SGDR, equation 5; Goyal et al. 2017, section 2.2 (linear warm-up); `plateau`:
    PyTorch's ReduceLROnPlateau, as in "3D Causal ShuffleNet in Dual Paths for Efficient Action Recognition",
    section 4.5.

    >>> from torch import nn
    >>> from torch.optim import SGD
    >>> optimizer = SGD([nn.Parameter()], lr=1.0)
    >>> schedule = make_schedule(optimizer, Recipe(schedule="cosine"), steps=4)
    >>> rates = []
    >>> for _ in range(4):
    ...     rates.append(round(optimizer.param_groups[0]["lr"], 3))
    ...     optimizer.step()
    ...     schedule.after_step()
    >>> rates
    [1.0, 0.854, 0.5, 0.146]
    """
    if recipe.schedule == "plateau":
        return PlateauSchedule(optimizer)
    factor = _FACTORS[recipe.schedule]
    return StepSchedule(optimizer, lambda step: factor(step, steps))


def _constant(_: int, __: int) -> float:
    return 1.0


def _cosine(step: int, steps: int) -> float:
    return 0.5 * (1.0 + cos(pi * min(step, steps) / steps))


def _one_cycle(step: int, steps: int) -> float:
    rising = max(1, round(WARM_UP * steps))
    if step < rising:
        return (step + 1) / rising
    return _cosine(step - rising, max(1, steps - rising))


_FACTORS: dict[str, Callable[[int, int], float]] = {
    "constant": _constant,
    "cosine": _cosine,
    "one-cycle": _one_cycle,
}
