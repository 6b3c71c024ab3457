"""Inputs to try a model with before any data is at hand."""

from typing import Protocol, runtime_checkable

import torch
from torch import Tensor, nn

Shape = tuple[int, ...]


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
        (count, *shape): zeros, float32, unless the model says otherwise.

    >>> example_inputs(nn.Linear(3, 2), 1, (3,)).tolist()
    [[0.0, 0.0, 0.0]]
    """
    return model.example_inputs(count, shape) if isinstance(model, KnowsItsInputs) else torch.zeros(count, *shape)
