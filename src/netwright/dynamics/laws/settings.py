"""What an optimizer does in one step: learning rate, momentum, dampening, weight decay."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from netwright.records.errors import InputError

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class StepSettings:
    """The settings of one optimizer step, in the terms and with the meaning of torch.optim.SGD.

    Schedules change them from step to step: every law takes the settings of its own step.

    Args:
        lr: Learning rate eta; 0 moves nothing, though the momentum buffer does change. The rounding of a schedule may
            make it negative.
        momentum: beta, not negative.
        dampening: tau: the buffer takes up (1 - tau) of a gradient, except the first one, which it takes whole; without
            momentum there is no buffer, and tau means nothing.
        weight_decay: lam, not negative; added to the gradient as lam theta.
        nesterov: Whether the step is g + lam theta + beta b' in place of b'; needs momentum and no dampening.
        maximize: Whether the objective is climbed: the gradient enters with its sign turned, decay as it is.

    Raises:
        InputError: A setting is no finite number or out of its range, or Nesterov's momentum is not as it must be.

    >>> StepSettings(lr=0.1, momentum=0.9, dampening=0.5).time_step
    0.05
    >>> StepSettings(lr=0.1, momentum=-0.9)
    Traceback (most recent call last):
    ...
    netwright.records.errors.InputError: momentum is -0.9. Give a finite number that is not negative.
    """

    lr: float
    momentum: float = 0.0
    dampening: float = 0.0
    weight_decay: float = 0.0
    nesterov: bool = False
    maximize: bool = False

    def __post_init__(self) -> None:
        for name in ("momentum", "weight_decay"):
            value = getattr(self, name)
            if not (math.isfinite(value) and value >= 0):
                raise InputError(f"{name} is {value}. Give a finite number that is not negative.")
        for name in ("lr", "dampening"):
            if not math.isfinite(getattr(self, name)):
                raise InputError(f"{name} is {getattr(self, name)}. Give a finite number.")
        if self.nesterov and (self.momentum == 0 or self.dampening != 0):
            found = f"momentum {self.momentum} and dampening {self.dampening}"
            raise InputError(f"Nesterov's step was asked for with {found}. Give a momentum above 0 and dampening 0.")

    @property
    def sign(self) -> float:
        """The sign s with which the gradient enters: -1 where the objective is climbed, else 1."""
        return -1.0 if self.maximize else 1.0

    @property
    def time_step(self) -> float:
        """The time h = eta (1 - tau) that a step takes in the continuous theory; torch dampens only with momentum."""
        return self.lr * (1 - self.dampening) if self.momentum else self.lr

    @property
    def inertia(self) -> float:
        """The share of a step that decay alone repeats in the next one: beta, with Nesterov beta (1 - eta lam)."""
        return self.momentum * (1 - self.lr * self.weight_decay if self.nesterov else 1.0)

    def intake(self, first: bool) -> float:
        """Return the share of a gradient that the momentum buffer takes up: 1 - tau, and 1 on the first step.

        >>> settings = StepSettings(lr=0.1, momentum=0.9, dampening=0.5)
        >>> settings.intake(first=False), settings.intake(first=True)
        (0.5, 1.0)
        """
        return 1.0 if first else 1 - self.dampening
