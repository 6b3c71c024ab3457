"""How an example batch enters a model."""

import inspect
from collections.abc import Mapping
from typing import Any

from torch import Tensor, nn
from torch.nn.parameter import UninitializedBuffer, UninitializedParameter

from netwright.records.errors import ModelError

Example = Tensor | tuple[Any, ...] | list[Any] | Mapping[str, Any]
"""A tensor, the positional arguments of a forward, or its keyword arguments."""


def call(model: nn.Module, example: Example) -> Any:
    """Return what a model makes of an example batch.

    Args:
        model: Any module whose weights are there.
        example: A tensor enters as model(x), a tuple or list as model(*x), a mapping as model(**x).

    Returns:
        Whatever the model's forward returns.

    Raises:
        ModelError: The model has weights that wait for a first batch, or its forward refuses the example.

    >>> import torch
    >>> call(nn.Linear(3, 2), torch.zeros(4, 3)).shape, call(nn.Bilinear(3, 3, 2), (torch.zeros(4, 3),) * 2).shape
    (torch.Size([4, 2]), torch.Size([4, 2]))
    """
    refuse_lazy(model)
    try:
        if isinstance(example, Mapping):
            return model(**example)
        if isinstance(example, tuple | list):
            return model(*example)
        return model(example)
    except (TypeError, ValueError, RuntimeError, IndexError, KeyError, AttributeError, NotImplementedError) as error:
        raise ModelError(_refusal(model, example, error)) from error


def plain(example: Example) -> Any:
    """Return an example whose mapping is a plain dict, as tools for nested tensors expect."""
    return dict(example) if isinstance(example, Mapping) else example


def refuse_lazy(model: nn.Module) -> None:
    """Refuse a model whose weights are not there yet.

    Args:
        model: Any module.

    Raises:
        ModelError: A parameter or buffer waits for the first batch to learn its shape.
    """
    for name, tensor in [*model.named_parameters(), *model.named_buffers()]:
        if isinstance(tensor, UninitializedParameter | UninitializedBuffer):
            message = f"{name} of {type(model).__name__} has no shape yet; run one batch through the model first"
            raise ModelError(message)


def shape_of(example: object) -> str:
    """Return the shapes of an example in words.

    >>> import torch
    >>> shape_of({"ids": torch.zeros(2, 3), "flag": True})
    '{ids: (2, 3), flag: bool}'
    """
    if isinstance(example, Tensor):
        return str(tuple(example.shape))
    if isinstance(example, Mapping):
        return "{" + ", ".join(f"{key}: {shape_of(value)}" for key, value in example.items()) + "}"
    if isinstance(example, tuple | list):
        return "[" + ", ".join(shape_of(value) for value in example) + "]"
    return type(example).__name__


def _refusal(model: nn.Module, example: Example, error: Exception) -> str:
    takes = ", ".join(inspect.signature(model.forward).parameters)
    found = f"{type(error).__name__}: {error}"
    return (
        f"{type(model).__name__} cannot be called with the example {shape_of(example)}: {found}. Its forward takes "
        f"({takes}); hand in a tensor for one argument, a tuple for several, or a dict of names, without the labels"
    )
