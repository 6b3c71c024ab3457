"""Which cosine counts as large: a fixed one, or one that the layer itself sets."""

from dataclasses import dataclass
from typing import Protocol

from torch import Tensor

from netwright.records.errors import InputError


class Threshold(Protocol):
    """Something that says which cosine is large."""

    def bound(self, cosines: Tensor) -> float:
        """Return the cosine above which a neuron of a layer is aligned, and below whose negative it is opposed.

        Args:
            cosines: (N, n), of one layer: inputs by neurons.

        Returns:
            The bound, 0 or more.
        """
        ...

    def __str__(self) -> str:
        """Return the threshold in words."""
        ...


@dataclass(frozen=True)
class Absolute:
    """The same cosine everywhere, as in the anatomy paper (0.35).

    The cosine between random directions in d dimensions has the standard deviation 1 / sqrt(d), so that one number
    asks more of a wide model than of a narrow one.

    >>> import torch
    >>> str(Absolute(0.35)), Absolute(0.35).bound(torch.zeros(1, 3))
    ('0.35', 0.35)
    """

    cosine: float = 0.35

    def __post_init__(self) -> None:
        if not 0 <= self.cosine <= 1:
            raise InputError(f"a threshold of {self.cosine} is not the size of a cosine; choose one from 0 to 1")

    def bound(self, cosines: Tensor) -> float:  # noqa: ARG002
        """Return the cosine itself.

        Args:
            cosines: (N, n), not looked at.

        Returns:
            The cosine.
        """
        return self.cosine

    def __str__(self) -> str:
        return f"{self.cosine:g}"


@dataclass(frozen=True)
class Deviations:
    """So many standard deviations of the layer's cosines around 0: sqrt(mean n_lj^2) over its neurons and inputs.

    >>> import torch
    >>> str(Deviations(2.0)), Deviations(2.0).bound(torch.tensor([[0.25, -0.25], [0.25, -0.25]]))
    ('2 standard deviations', 0.5)
    """

    count: float = 3.0

    def __post_init__(self) -> None:
        if not self.count >= 0:
            raise InputError(f"a threshold of {self.count} standard deviations is no size; choose 0 or more")

    def bound(self, cosines: Tensor) -> float:
        """Return `count` times the root of the mean square; 0 of a layer without neurons.

        Args:
            cosines: (N, n).

        Returns:
            The bound.
        """
        return self.count * float(cosines.square().mean().sqrt()) if cosines.numel() else 0.0

    def __str__(self) -> str:
        return f"{self.count:g} standard deviation{'' if self.count == 1 else 's'}"
