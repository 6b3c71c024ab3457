"""A training step and an evaluation rehearsed on tensors without numbers: what memory they will need."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch._subclasses.fake_tensor import FakeCopyMode, FakeTensorMode

from netwright.models.example import example_inputs
from netwright.qualities.live_bytes import LiveBytes
from netwright.structure.evaluation_mode import evaluation_mode
from netwright.training.losses import classification_loss

Shape = tuple[int, ...]

REAL_BATCHES = (8, 16)
"""Batches that are really computed where a model cannot run without numbers."""


class Rehearsal(NamedTuple):
    """What tensors take beside the model, at their most.

    Args:
        step: Bytes during forward and backward pass of one training batch: the batch, what the backward pass needs
            again, gradients of activations and of parameters.
        evaluation: Bytes during the forward pass of one batch in evaluation mode.
        extrapolated: Whether the model ran on small batches of numbers, since it looks at values.
    """

    step: float
    evaluation: float
    extrapolated: bool


def rehearse(model: nn.Module, shape: Shape, classes: int, batch: int, evaluated: int) -> Rehearsal:
    """Return the memory of the tensors of one training step and of one evaluation.

    A copy of the model runs on fake tensors, which have shapes and no numbers: nothing is computed, no memory is taken.
    A model that looks at values (`.item()`, a loop over the data) cannot; it runs on 8 and on 16 inputs instead, and
    the line through both is prolonged. The model's weights, statistics, gradients and mode stay as they are.

    Args:
        model: Any module from (N, *shape) to logits (N, classes).
        shape: Of an input.
        classes: How many it tells apart.
        batch: Inputs of a training step.
        evaluated: Inputs of an evaluation.

    Returns:
        The rehearsal.

    >>> rehearse(nn.Linear(100, 10), (100,), 10, batch=8, evaluated=8).evaluation  # 8 x (100 + 10) floats
    3520.0
    """
    try:
        with FakeTensorMode(allow_non_fake_inputs=True) as fake:
            with FakeCopyMode(fake):
                copy = deepcopy(model)
            own = [*copy.parameters(), *copy.buffers()]
            peaks = _run(copy, own, copy, ((batch, *shape), (evaluated, *shape)), classes)
            return Rehearsal(*peaks, extrapolated=False)
    # what fake tensors answer to a look at their values, or a model to being copied
    except (RuntimeError, TypeError, ValueError):
        few, more = (_run_really(model, (size, *shape), classes) for size in REAL_BATCHES)
        step, evaluation = (
            _prolonged(low, high, size) for low, high, size in zip(few, more, (batch, evaluated), strict=True)
        )
        return Rehearsal(step, evaluation, extrapolated=True)


def _run(
    model: nn.Module, own: list[Tensor], call: Callable[[Tensor], Any], shapes: tuple[Shape, Shape], classes: int
) -> tuple[float, float]:
    with evaluation_mode(model):
        model.train()
        with LiveBytes(own) as step:
            labels = torch.arange(shapes[0][0]) % classes
            classification_loss(call(example_inputs(model, shapes[0][0], shapes[0][1:])), labels).backward()  # type: ignore[no-untyped-call]
        model.eval()
        with LiveBytes(own) as evaluation, torch.no_grad():
            call(example_inputs(model, shapes[1][0], shapes[1][1:]))
    return float(step.peak), float(evaluation.peak)


def _run_really(model: nn.Module, shape: Shape, classes: int) -> tuple[float, float]:
    # gradients and running statistics go to stand-ins
    state = {name: held.detach().clone() for name, held in [*model.named_parameters(), *model.named_buffers()]}
    for name, parameter in model.named_parameters():
        state[name].requires_grad_(parameter.requires_grad)
    with torch.random.fork_rng(devices=[]):
        return _run(
            model,
            list(state.values()),
            lambda x: torch.func.functional_call(model, state, (x,)),
            (shape, shape),
            classes,
        )


def _prolonged(low: float, high: float, size: int) -> float:
    slope = (high - low) / (REAL_BATCHES[1] - REAL_BATCHES[0])
    return low + slope * (size - REAL_BATCHES[0])
