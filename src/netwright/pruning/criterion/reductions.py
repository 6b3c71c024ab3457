"""How the cosines of several texts become one: the paper looks at one text, and does not say what it does with more."""

from dataclasses import dataclass
from typing import Protocol

from torch import Tensor

from netwright.records.errors import InputError


class Reduction(Protocol):
    """Makes one cosine of those of several texts."""

    @property
    def title(self) -> str:
        """Its name, as a plan states it."""
        ...

    def layer(self, cosines: Tensor) -> float:
        """Return one number for a layer's c_l = cos(h_l, h_L).

        Args:
            cosines: (texts,).
        """
        ...

    def neurons(self, cosines: Tensor) -> Tensor:
        """Return (n,), one number for each neuron's n_lj = cos(w_lj, h_L).

        Args:
            cosines: (texts, n).
        """
        ...


@dataclass(frozen=True)
class OneText:
    """The cosines of one text, as in the paper's figure 4a.

    Args:
        number: Which text, from 0, in the order of the batches.
    """

    number: int = 0

    @property
    def title(self) -> str:
        """Its name, as a plan states it."""
        return f"text {self.number}"

    def layer(self, cosines: Tensor) -> float:
        """Return c_l of that text."""
        return float(cosines[self._checked(cosines)])

    def neurons(self, cosines: Tensor) -> Tensor:
        """Return n_lj of that text."""
        return cosines[self._checked(cosines)]

    def _checked(self, cosines: Tensor) -> int:
        if not 0 <= self.number < len(cosines):
            raise InputError(f"the criterion reads text {self.number}, and the batches hold {len(cosines)}, from 0 on")
        return self.number


@dataclass(frozen=True)
class RootMeanSquare:
    """sqrt(mean over texts of n_lj^2); c_l is the mean. No sign is left: one-sided layers become two-sided ones."""

    @property
    def title(self) -> str:
        """Its name, as a plan states it."""
        return "root mean square over texts"

    def layer(self, cosines: Tensor) -> float:
        """Return the mean of c_l."""
        return float(cosines.mean())

    def neurons(self, cosines: Tensor) -> Tensor:
        """Return the root mean square of n_lj.

        >>> import torch
        >>> RootMeanSquare().neurons(torch.tensor([[0.3], [-0.3]]))
        tensor([0.3000])
        """
        return cosines.square().mean(0).sqrt()


@dataclass(frozen=True)
class LargestMagnitude:
    """max over texts of |n_lj|; c_l is the mean. No sign is left: one-sided layers become two-sided ones."""

    @property
    def title(self) -> str:
        """Its name, as a plan states it."""
        return "largest magnitude over texts"

    def layer(self, cosines: Tensor) -> float:
        """Return the mean of c_l."""
        return float(cosines.mean())

    def neurons(self, cosines: Tensor) -> Tensor:
        """Return the largest |n_lj|.

        >>> import torch
        >>> LargestMagnitude().neurons(torch.tensor([[0.3], [-0.4]]))
        tensor([0.4000])
        """
        return cosines.abs().amax(0)


@dataclass(frozen=True)
class SignedMean:
    """Mean over texts with the sign: targets of texts with opposite labels are near-opposite, and it cancels."""

    @property
    def title(self) -> str:
        """Its name, as a plan states it."""
        return "mean over texts"

    def layer(self, cosines: Tensor) -> float:
        """Return the mean of c_l."""
        return float(cosines.mean())

    def neurons(self, cosines: Tensor) -> Tensor:
        """Return the mean of n_lj.

        >>> import torch
        >>> SignedMean().neurons(torch.tensor([[0.5], [-0.5]]))
        tensor([0.])
        """
        return cosines.mean(0)
