"""Whoever looks on while a model is trained: may read everything and changes nothing."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Protocol

from torch import nn
from torch.optim import Optimizer
from torch.optim.lr_scheduler import LRScheduler


class Onlooker(Protocol):
    """Looks on at a training, and goes on where it was when the training does."""

    def state_dict(self) -> dict[str, Any]:
        """Return plain values and tensors that go into the training's checkpoint."""

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on where `state_dict` was taken."""


Watching = Callable[[nn.Module, Optimizer, LRScheduler], AbstractContextManager[Onlooker]]
"""Begins to look on when a training begins, and ends with it."""


class Nobody:
    """Nobody looks on."""

    def state_dict(self) -> dict[str, Any]:
        """Return nothing."""
        return {}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take nothing over."""


@contextmanager
def unwatched(model: nn.Module, optimizer: Optimizer, schedule: LRScheduler) -> Iterator[Onlooker]:  # noqa: ARG001
    """Let nobody look on.

    Args:
        model: What is trained.
        optimizer: Of it.
        schedule: Of the optimizer.

    Yields:
        Somebody who keeps nothing.
    """
    yield Nobody()
