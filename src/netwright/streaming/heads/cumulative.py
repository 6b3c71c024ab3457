"""The mean of all positions so far."""

from dataclasses import dataclass

import torch
from torch import Tensor

from netwright.streaming.piece import Kept


@dataclass(frozen=True)
class Cumulative:
    """(x[1] + ... + x[t]) / t: equal to the network's global average pool when the clip has ended.

    The sum is kept in double precision and positions are added in the order of time, so that chunks change nothing. On
    an endless stream each new position counts less and less: take another head there.

    >>> Cumulative().offline(torch.tensor([1.0, 3.0, 8.0]))
    tensor(4.)
    """

    def update(self, features: Tensor, kept: Kept) -> tuple[Tensor, Kept]:
        """Return the mean so far; see `Head.update`."""
        before = kept.counts[0] if kept.counts else 0
        start = kept.tensors[0] if kept.tensors else torch.zeros_like(features[0], dtype=torch.float64)
        total = torch.cat((start[None], features.double())).cumsum(0)[-1]
        arrived = before + len(features)
        return (total / arrived).to(features.dtype), Kept((total.detach().clone(),), (arrived,))

    def offline(self, features: Tensor) -> Tensor:
        """Return the mean over time."""
        return features.mean(0, dtype=torch.float64).to(features.dtype)

    def held(self, arrived: int) -> int:
        """Return 1, the sum in double precision, once a position has arrived."""
        return min(1, arrived)
