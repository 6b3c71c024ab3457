"""A mean in which older positions count less."""

from dataclasses import dataclass
from math import exp, expm1, isfinite, log, log2

import torch
from torch import Tensor

from netwright.records.errors import InputError
from netwright.streaming.piece import Kept


@dataclass(frozen=True)
class Exponential:
    """sum_i d^(t - i) x[i] / sum_i d^(t - i), with d = 2^(-1 / half-life).

    The weights are divided by their sum, (1 - d^t) / (1 - d), from the first position on: early summaries are means of
    what has been seen, not drawn towards zero (as Adam's moments are corrected: Kingma and Ba 2015, section 3).

    Args:
        half_life: After how many positions of the features one counts half as much.

    Raises:
        InputError: It is not a positive finite number.

    >>> Exponential(half_life=1).offline(torch.tensor([3.0, 6.0]))
    tensor(5.)
    """

    half_life: float

    def __post_init__(self) -> None:
        if not (self.half_life > 0 and isfinite(self.half_life)):
            raise InputError(f"found a half-life of {self.half_life} positions: take a positive number")

    @classmethod
    def from_decay(cls, decay: float) -> "Exponential":
        """Return the head of a decay d a position, 0 < d < 1.

        Args:
            decay: What a position counts, relative to the next one.

        Returns:
            The head with the half-life -1 / log2(d).

        Raises:
            InputError: The decay is not between 0 and 1.

        >>> Exponential.from_decay(0.5)
        Exponential(half_life=1.0)
        """
        if not 0 < decay < 1:
            raise InputError(f"found a decay of {decay}: take a number between 0 and 1, such as 0.9")
        return cls(-1 / log2(decay))

    @property
    def decay(self) -> float:
        """d, what a position counts relative to the next one."""
        return exp(-log(2) / self.half_life)

    def update(self, features: Tensor, kept: Kept) -> tuple[Tensor, Kept]:
        """Return the weighted mean; see `Head.update`."""
        total = kept.tensors[0] if kept.tensors else torch.zeros_like(features[0], dtype=torch.float64)
        decay = self.decay
        for position in features.double():
            total = torch.add(position, total, alpha=decay)
        arrived = (kept.counts[0] if kept.counts else 0) + len(features)
        # 1 - d would lose its digits where d is next to 1
        weight = expm1(-arrived * log(2) / self.half_life) / expm1(-log(2) / self.half_life)
        return (total / weight).to(features.dtype), Kept((total.detach(),), (arrived,))

    def offline(self, features: Tensor) -> Tensor:
        """Return the weighted mean."""
        ages = torch.arange(len(features) - 1, -1, -1, dtype=torch.float64, device=features.device)
        weights = torch.exp2(-ages / self.half_life)
        summed = (features.double().movedim(0, -1) * weights).sum(-1)
        return (summed / weights.sum()).to(features.dtype)

    def held(self, arrived: int) -> int:
        """Return 1, the weighted sum in double precision, once a position has arrived."""
        return min(1, arrived)
