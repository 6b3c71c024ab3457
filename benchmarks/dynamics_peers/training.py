"""One training of the benchmark, stepped from outside, with a watcher or without."""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn

RATE, MOMENTUM, DECAY = 0.01, 0.9, 5e-4
"""Of SGD in every training of the benchmark."""


@dataclass
class Training:
    """A model, its optimizer and loss, and what is around a backward pass.

    Args:
        model: In training mode.
        optimizer: Over its parameters.
        loss: Mean loss of logits and labels.
        around: (step, loss, losses of single images, optimizer) -> a context for the backward pass.
        single: Loss of each image, where `around` needs it.
        watch: Entered before the first step.
        steps: Taken so far.
    """

    model: nn.Module
    optimizer: torch.optim.Optimizer
    loss: nn.Module
    around: Callable[..., AbstractContextManager[Any]] = lambda *_: nullcontext()
    single: nn.Module | None = None
    watch: AbstractContextManager[Any] = field(default_factory=nullcontext)
    steps: int = 0

    def step(self, images: Tensor, labels: Tensor) -> tuple[float, float]:
        """Take one step and return its seconds: all of it, and of the optimizer with its hooks alone."""
        start = time.perf_counter()
        self.optimizer.zero_grad()
        logits = self.model(images)
        loss = self.loss(logits, labels)
        losses = None if self.single is None else self.single(logits, labels)
        with self.around(self.steps, loss, losses, self.optimizer):
            loss.backward()
        middle = time.perf_counter()
        self.optimizer.step()
        end = time.perf_counter()
        self.steps += 1
        return end - start, end - middle


def plain_sgd(model: nn.Module) -> torch.optim.SGD:
    """Return the optimizer of the benchmark."""
    return torch.optim.SGD(model.parameters(), RATE, MOMENTUM, weight_decay=DECAY)


def plain(model: nn.Module) -> Training:
    """Return a training that nobody watches."""
    return Training(model, plain_sgd(model), nn.CrossEntropyLoss())
