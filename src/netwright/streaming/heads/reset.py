"""A mean that starts anew at an event."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from netwright.records.errors import InputError
from netwright.streaming.piece import Kept

Event = Callable[[Tensor], Tensor]
"""From the features of one position, (N, ...), to whether something new begins there: one bool, or (N,)."""


@dataclass(frozen=True)
class Reset:
    """The mean of the positions since the last event, that of the event included: a new scene, a new action.

    The event is asked at every position by itself, so that chunks change nothing, and, where it answers for each
    video of the batch, each starts anew by itself.

    Args:
        when: Whether something new begins at a position; or a number n: at every n-th position.

    Raises:
        InputError: The number is below 1.

    >>> Reset(3).offline(torch.tensor([[1.0], [3.0], [8.0], [4.0], [6.0]]))
    tensor([5.])
    """

    when: Event | int

    def __post_init__(self) -> None:
        if isinstance(self.when, int) and self.when < 1:
            raise InputError(f"found a reset at every {self.when} positions: take 1 or more, or a function")

    def update(self, features: Tensor, kept: Kept) -> tuple[Tensor, Kept]:
        """Return the mean since the last event; see `Head.update`; the features are (n, N, ...)."""
        arrived = kept.counts[0] if kept.counts else 0
        if kept.tensors:
            total, count = kept.tensors
        else:
            total = torch.zeros_like(features[0], dtype=torch.float64)
            count = torch.zeros(features.shape[1], dtype=torch.int64, device=features.device)
        for position in features:
            anew = self._anew(position, arrived)
            total = torch.where(_beside(anew, total), 0.0, total) + position.double()
            count = torch.where(anew, 0, count) + 1
            arrived += 1
        return (total / _beside(count, total)).to(features.dtype), Kept((total.detach(), count), (arrived,))

    def offline(self, features: Tensor) -> Tensor:
        """Return, for each video, the mean from its last event on."""
        events = torch.stack([self._anew(position, index) for index, position in enumerate(features)])
        means = []
        for video in range(features.shape[1]):
            seen = events[:, video].nonzero()
            first = int(seen[-1]) if len(seen) else 0
            means.append(features[first:, video].mean(0, dtype=torch.float64))
        return torch.stack(means).to(features.dtype)

    def held(self, arrived: int) -> int:
        """Return 1, the sum in double precision, once a position has arrived; a whole number a video beside it."""
        return min(1, arrived)

    def _anew(self, position: Tensor, index: int) -> Tensor:
        """Return (N,): for which videos something new begins."""
        if isinstance(self.when, int):
            return torch.full((len(position),), index % self.when == 0, device=position.device)
        answer = self.when(position)
        if answer.shape not in ((), (len(position),)):
            raise InputError(
                f"found an event that answers {tuple(answer.shape)} for the features {tuple(position.shape)} of one "
                f"position: return one truth, of shape (), or one a video, of shape ({len(position)},)"
            )
        return answer.bool().expand(len(position))


def _beside(each: Tensor, total: Tensor) -> Tensor:
    """Return (N,) as (N, 1, ...), to stand beside (N, ...)."""
    return each.reshape(-1, *[1] * (total.ndim - 1))
