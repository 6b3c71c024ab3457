"""A loss as a function of a network's parameters: its gradient, and products of its Hessian with vectors."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.attention import SDPBackend, sdpa_kernel

from netwright.dynamics.loss import Loss
from netwright.records.errors import ModelError
from netwright.structure.call import Example, call


@dataclass(frozen=True, eq=False)
class Point:
    """A loss at one place, with the graph of its gradient.

    Args:
        leaves: Parameters by name.
        slope: The gradient by name, with its graph.
    """

    leaves: Mapping[str, Tensor]
    slope: Mapping[str, Tensor]

    @property
    def gradient(self) -> dict[str, Tensor]:
        """The gradient g, zeros where the loss does not depend on a parameter."""
        return {name: part.detach() for name, part in self.slope.items()}

    def curvature(self, direction: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Return H u for a direction u; a name that it lacks counts as 0."""
        terms = [(self.slope[name] * part).sum().double() for name, part in direction.items()]
        return _derivative(torch.stack(terms).sum(), self.leaves, create_graph=False)


@dataclass(frozen=True, eq=False)
class Landscape:
    """The loss of one example batch, at any parameters; the network itself, its buffers included, stays as it is.

    Args:
        model: The network, in the mode and precision that count.
        example: The batch.
        loss: From the model's output to a scalar.
        seed: Of the random numbers that the forward draws (dropout): the same at each evaluation.

    >>> model = nn.Linear(1, 1, bias=False)
    >>> square = Landscape(model, torch.ones(1, 1), lambda output: output.square().sum())
    >>> point = square.at({"weight": torch.tensor([[3.0]])})
    >>> point.gradient["weight"].item(), point.curvature({"weight": torch.tensor([[2.0]])})["weight"].item()
    (6.0, 4.0)
    """

    model: nn.Module
    example: Example
    loss: Loss
    seed: int = 0

    def here(self) -> dict[str, Tensor]:
        """Return copies of the model's own parameters, by name."""
        return {name: parameter.detach().clone() for name, parameter in self.model.named_parameters()}

    def value(self, values: Mapping[str, Tensor]) -> Tensor:
        """Return the loss with its graph: a scalar. Buffers take the precision of the values."""
        wrapped = _Called(self.model)
        dtype = next((value.dtype for value in values.values()), torch.float32)
        # buffers are copied, for batch normalisation writes into its running statistics
        buffers = {f"model.{name}": _as(buffer.detach().clone(), dtype) for name, buffer in self.model.named_buffers()}
        named = {f"model.{name}": value for name, value in values.items()}
        with self._repeatable(), torch.enable_grad():
            found = self.loss(torch.func.functional_call(wrapped, {**named, **buffers}, (self.example,)))
        if found.dim():
            raise ModelError(f"the loss must be one number; found shape {tuple(found.shape)}. Let loss= reduce it")
        return found

    def gradient(self, values: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Return the gradient at some parameters, zeros where the loss does not depend on one."""
        leaves = _leaves(values)
        return _derivative(self.value(leaves), leaves, create_graph=False)

    def at(self, values: Mapping[str, Tensor]) -> Point:
        """Return the gradient at some parameters with its graph, for products with the Hessian."""
        leaves = _leaves(values)
        return Point(leaves, _derivative(self.value(leaves), leaves, create_graph=True))

    @contextmanager
    def _repeatable(self) -> Iterator[None]:
        """Fix what the forward draws, and take the attention kernel that can be differentiated twice."""
        devices = {p.device for p in self.model.parameters() if p.device.type == "cuda"}
        with torch.random.fork_rng(devices=list(devices)), sdpa_kernel(SDPBackend.MATH):
            torch.manual_seed(self.seed)
            yield


class _Called(nn.Module):
    """A network whose forward takes the example as it is."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model
        self.training = model.training

    def forward(self, example: Example) -> Any:
        return call(self.model, example)


def _as(buffer: Tensor, dtype: torch.dtype) -> Tensor:
    return buffer.to(dtype) if buffer.is_floating_point() else buffer


def _leaves(values: Mapping[str, Tensor]) -> dict[str, Tensor]:
    return {name: value.detach().requires_grad_(True) for name, value in values.items()}


def _derivative(scalar: Tensor, leaves: Mapping[str, Tensor], *, create_graph: bool) -> dict[str, Tensor]:
    """Return the derivative of a scalar by all leaves, zeros where it does not depend on one; its graph stays."""
    if not scalar.requires_grad:
        return {name: torch.zeros_like(leaf) for name, leaf in leaves.items()}
    wanted = list(leaves.values())
    parts = torch.autograd.grad(scalar, wanted, retain_graph=True, create_graph=create_graph, allow_unused=True)
    pairs = zip(leaves.items(), parts, strict=True)
    return {name: torch.zeros_like(leaf) if part is None else part for (name, leaf), part in pairs}
