"""Inputs to try a model with before any data is at hand."""

from typing import Protocol, runtime_checkable

import torch
from torch import Tensor, nn

Shape = tuple[int, ...]
CLIP_DIMENSIONS = 4
"""Of one input that is a clip: (channels, frames, height, width)."""


@runtime_checkable
class KnowsItsInputs(Protocol):
    """A model whose cost depends on what stands in its inputs, such as the length of a text."""

    def example_inputs(self, count: int, shape: Shape) -> Tensor:
        """Return inputs (count, *shape) that cost as much as inputs can."""
        ...


def example_inputs(model: nn.Module, count: int, shape: Shape) -> Tensor:
    """Return inputs that cost a model what its costliest inputs cost.

    Args:
        model: Any module.
        count: How many inputs.
        shape: Of one.

    Returns:
        (count, *shape): `blank_inputs`, unless the model says otherwise.

    >>> example_inputs(nn.Linear(3, 2), 1, (3,)).tolist()
    [[0.0, 0.0, 0.0]]
    """
    return model.example_inputs(count, shape) if isinstance(model, KnowsItsInputs) else blank_inputs(count, shape)


def blank_inputs(count: int, shape: Shape) -> Tensor:
    """Return zeros of the type in which a data set hands out inputs of a shape.

    Args:
        count: How many inputs.
        shape: Of one.

    Returns:
        (count, *shape): uint8 of clips (channels, frames, height, width), else float32.

    >>> [blank_inputs(1, shape).dtype for shape in ((5,), (3, 8, 8), (3, 16, 8, 8))]
    [torch.float32, torch.float32, torch.uint8]
    """
    return torch.zeros(count, *shape, dtype=torch.uint8 if len(shape) == CLIP_DIMENSIONS else torch.float32)
