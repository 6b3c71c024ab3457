"""When a training begins to work: the end of a recovery."""

import time

from torch import nn


class FirstStep:
    """Notes when a model begins its first training step in this process.

    Args:
        model: The model that will be trained.

    >>> model = nn.Linear(1, 1)
    >>> first = FirstStep(model)
    >>> first.seconds_after(0.0) is None
    True
    >>> import torch
    >>> _ = model(torch.zeros(1, 1))
    >>> first.seconds_after(0.0) > 0
    True
    """

    def __init__(self, model: nn.Module) -> None:
        self._at: float | None = None
        self._hook = model.register_forward_pre_hook(self._note)

    def begin(self) -> None:
        """Note that the work begins now, where no training step says so."""
        self._at = self._at or time.time()
        self._hook.remove()

    def seconds_after(self, moment: float) -> float | None:
        """Return the seconds from a moment (Unix time) to the first step; None where there was none."""
        return None if self._at is None else max(self._at - moment, 0.0)

    def _note(self, module: nn.Module, _: object) -> None:
        if module.training:
            self.begin()
