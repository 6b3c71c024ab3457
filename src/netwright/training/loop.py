"""The training loop as a generator: whoever iterates decides what happens between steps."""

from collections.abc import Callable, Iterable, Iterator
from math import isfinite
from typing import Any

from torch import Tensor, nn
from torch.optim import Optimizer

from netwright.records.errors import DivergedError
from netwright.records.step import Step


def _nothing() -> None:
    return


def train(
    model: nn.Module,
    batches: Iterable[tuple[Tensor, Tensor]],
    loss: Callable[[Any, Tensor], Tensor],
    optimizer: Optimizer,
    after_step: Callable[[], object] = _nothing,
) -> Iterator[Step]:
    """Train a model, one yielded `Step` a batch: w <- w - (what the optimizer makes of) the gradient of the loss.

    The model is set to training mode at the start. Stopping the iteration stops the training.

    Args:
        model: Any module.
        batches: Pairs (inputs, labels); the first axis of both counts samples.
        loss: Takes the model's output and the labels; returns the mean loss, a scalar.
        optimizer: Over the model's parameters.
        after_step: Called after each optimizer step, before the `Step` is yielded: schedules, clipping of weights.

    Yields:
        What each step did; its loss is that before the step.

    Raises:
        DivergedError: The loss is not a finite number; the model keeps the weights before that step.

    Source: Robbins and Monro 1951 for the method; Bottou 2010, "Large-Scale Machine Learning with SGD", section 2.

    >>> import torch
    >>> model = nn.Linear(1, 1, bias=False)
    >>> _ = nn.init.constant_(model.weight, 1.0)
    >>> optimizer = torch.optim.SGD(model.parameters(), lr=0.25)
    >>> batches = [(torch.ones(2, 1), torch.zeros(2, 1))] * 3
    >>> [step.loss for step in train(model, batches, nn.functional.mse_loss, optimizer)]
    [1.0, 0.25, 0.0625]
    """
    model.train()
    for index, (inputs, labels) in enumerate(batches):
        optimizer.zero_grad()
        value = loss(model(inputs), labels)
        number = value.item()
        if not isfinite(number):
            raise DivergedError(
                f"the loss became {number} at step {index}; lower the learning rate, or check the inputs"
            )
        value.backward()  # type: ignore[no-untyped-call]
        rate = optimizer.param_groups[0]["lr"]
        optimizer.step()
        after_step()
        yield Step(index, number, len(labels), rate)
