"""What a small network of the zoo says about itself."""

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field

import torch
from torch import Generator, Tensor, nn
from torch.nn import functional


@dataclass(frozen=True)
class Expected:
    """A family of symmetries, counted by hand.

    Args:
        kind: translation, scale, rescale, general linear, null or shear.
        count: Charges; of a shear, generators; of null, entries of parameters that the loss does not see.
        parameters: Names of the parameters that it moves.
        exact: Whether it holds to rounding; otherwise only where the epsilon of a normalisation is 0.
        diagonal: Of a general linear family, how many of its generators are diagonal.
    """

    kind: str
    count: int
    parameters: tuple[str, ...]
    exact: bool = True
    diagonal: int = 0


def translation(count: int, *parameters: str) -> Expected:
    return Expected("translation", count, parameters)


def scale(count: int, *parameters: str, exact: bool = False) -> Expected:
    """Most scale symmetries come from a normalisation, and hold up to its epsilon."""
    return Expected("scale", count, parameters, exact=exact)


def rescale(count: int, *parameters: str, exact: bool = True) -> Expected:
    return Expected("rescale", count, parameters, exact=exact)


def null(count: int, *parameters: str) -> Expected:
    return Expected("null", count, parameters)


def shear(count: int, *parameters: str) -> Expected:
    return Expected("shear", count, parameters)


def general_linear(heads: int, width: int, *parameters: str) -> Expected:
    """Return heads * d (d + 1) / 2 charges: the symmetric d x d matrices."""
    return Expected("general linear", heads * width * (width + 1) // 2, parameters, diagonal=heads * width)


class ZLoss(nn.Module):
    """Cross-entropy + 0.1 log^2 of the partition sum: logits may no longer shift (Chowdhery et al. 2022, section 5)."""

    def forward(self, logits: Tensor, classes: Tensor) -> Tensor:
        return functional.cross_entropy(logits, classes) + 0.1 * logits.logsumexp(1).square().mean()


@dataclass(frozen=True)
class Net:
    """A small network with an example, a loss, and the symmetries that it must have: these and no others.

    A family that only constrains (shear) is listed where the network was made to show it, and not everywhere.

    Args:
        name: Unique in the zoo.
        make: Makes the module.
        shape: Of a batch of inputs.
        expected: Its families.
        loss: Of outputs and targets.
        vocabulary: Inputs are tokens below this number; 0 for real inputs.
        training: Mode of the module.
        deviation: Standard deviation of real inputs.
        blocks: Parameter -> into how many blocks of rows (heads) the oracle cuts it; convolutions bring their groups.
    """

    name: str
    make: Callable[[], nn.Module]
    shape: tuple[int, ...]
    expected: tuple[Expected, ...]
    loss: nn.Module = field(default_factory=nn.MSELoss)
    vocabulary: int = 0
    training: bool = True
    deviation: float = 1.0
    blocks: Mapping[str, int] = field(default_factory=dict)

    def model(self, seed: int = 0) -> nn.Module:
        """Return the module in its mode."""
        torch.manual_seed(seed)
        return self.make().train(self.training)

    def inputs(self, generator: Generator | None = None) -> Tensor:
        """Return a random batch of inputs, float32 or tokens."""
        if self.vocabulary:
            return torch.randint(self.vocabulary, self.shape, generator=generator)
        return self.deviation * torch.randn(self.shape, generator=generator)

    def targets(self, output: Tensor, generator: Generator | None = None) -> Tensor:
        """Return random targets for an output: classes, on or off, or real values."""
        if isinstance(self.loss, nn.CrossEntropyLoss | ZLoss):
            return torch.randint(output.shape[1], output.shape[:1], generator=generator)
        if isinstance(self.loss, nn.BCEWithLogitsLoss):
            return torch.randint(2, output.shape, generator=generator).to(output)
        return torch.randn(output.shape, generator=generator).to(output)

    def value(self, output: Tensor, generator: Generator | None = None) -> Tensor:
        """Return the loss of an output with random targets; without a generator, with the same ones on every call."""
        drawn = generator or Generator().manual_seed(1)
        return deepcopy(self.loss).to(output.dtype)(output, self.targets(output.detach(), drawn))

    def count(self, kind: str) -> int:
        """Return how many charges of a kind it has by hand."""
        return sum(family.count for family in self.expected if family.kind == kind)
