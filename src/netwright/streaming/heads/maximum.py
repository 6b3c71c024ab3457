"""The maximum of all positions so far."""

from dataclasses import dataclass

import torch
from torch import Tensor

from netwright.streaming.piece import Kept


@dataclass(frozen=True)
class Maximum:
    """max(x[1], ..., x[t]): equal to the network's global maximum pool when the clip has ended.

    >>> Maximum().offline(torch.tensor([1.0, 8.0, 3.0]))
    tensor(8.)
    """

    def update(self, features: Tensor, kept: Kept) -> tuple[Tensor, Kept]:
        """Return the maximum so far; see `Head.update`."""
        highest = features.amax(0)
        if kept.tensors:
            highest = torch.maximum(highest, kept.tensors[0])
        return highest, Kept((highest.detach().clone(),), ((kept.counts[0] if kept.counts else 0) + len(features),))

    def offline(self, features: Tensor) -> Tensor:
        """Return the maximum over time."""
        return features.amax(0)

    def held(self, arrived: int) -> int:
        """Return 1 once a position has arrived."""
        return min(1, arrived)
