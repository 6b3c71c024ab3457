"""A loss as a function of a network's parameters: its gradient, and products of its Hessian with vectors."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.attention import SDPBackend, sdpa_kernel

from netwright.dynamics.loss import Loss
from netwright.structure.call import Example, call


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
    >>> at = {"weight": torch.tensor([[3.0]])}
    >>> square.gradient(at)["weight"].item(), square.curvature(at, [{"weight": torch.tensor([[2.0]])}])[0]["weight"].item()
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
        """Return the loss with its graph: a scalar."""
        wrapped = _Called(self.model)
        # buffers are copied, for batch normalisation writes into its running statistics
        buffers = {f"model.{name}": buffer.detach().clone() for name, buffer in self.model.named_buffers()}
        named = {f"model.{name}": value for name, value in values.items()}
        with self._repeatable(), torch.enable_grad():
            return self.loss(torch.func.functional_call(wrapped, {**named, **buffers}, (self.example,)))

    def gradient(self, values: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Return the gradient at some parameters, zeros where the loss does not depend on one."""
        leaves = _leaves(values)
        return _gradient(self.value(leaves), leaves, create_graph=False)

    def curvature(
        self, values: Mapping[str, Tensor], directions: Sequence[Mapping[str, Tensor]]
    ) -> list[dict[str, Tensor]]:
        """Return H u for each direction u, all from one graph; a name that a direction lacks counts as 0."""
        leaves = _leaves(values)
        with self._repeatable():
            gradient = _gradient(self.value(leaves), leaves, create_graph=True)
            products = []
            for direction in directions:
                terms = [(gradient[name] * part).sum() for name, part in direction.items()]
                slope = torch.stack([term.double() for term in terms]).sum()
                products.append(_gradient(slope, leaves, create_graph=False, retain=True))
        return products

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


def _leaves(values: Mapping[str, Tensor]) -> dict[str, Tensor]:
    return {name: value.detach().requires_grad_(True) for name, value in values.items()}


def _gradient(
    scalar: Tensor, leaves: Mapping[str, Tensor], *, create_graph: bool, retain: bool = False
) -> dict[str, Tensor]:
    """Return the derivative of a scalar by all leaves, zeros where it does not depend on one."""
    if not scalar.requires_grad:
        return {name: torch.zeros_like(leaf) for name, leaf in leaves.items()}
    parts = torch.autograd.grad(
        scalar, list(leaves.values()), create_graph=create_graph, retain_graph=create_graph or retain, allow_unused=True
    )
    pairs = zip(leaves.items(), parts, strict=True)
    return {name: torch.zeros_like(leaf) if part is None else part for (name, leaf), part in pairs}
