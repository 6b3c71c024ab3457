"""The mean of the last positions."""

from dataclasses import dataclass

import torch
from torch import Tensor

from netwright.records.errors import InputError
from netwright.streaming.piece import Kept


@dataclass(frozen=True)
class Window:
    """(x[t - W + 1] + ... + x[t]) / W, and the mean of all positions as long as there are fewer than W.

    It forgets what is older than W positions entirely. The last W - 1 positions are kept and every mean is taken of
    them anew, so that no error builds up however long the stream is.

    Args:
        frames: W, in positions of the features.

    Raises:
        InputError: W is below 1.

    >>> Window(frames=2).offline(torch.tensor([1.0, 3.0, 8.0]))
    tensor(5.5000)
    """

    frames: int

    def __post_init__(self) -> None:
        if self.frames < 1:
            raise InputError(f"found a window of {self.frames} frames: a mean needs at least 1; take 1 or more")

    def update(self, features: Tensor, kept: Kept) -> tuple[Tensor, Kept]:
        """Return the mean of the last positions; see `Head.update`."""
        arrived = (kept.counts[0] if kept.counts else 0) + len(features)
        newest = torch.cat((*kept.tensors, features))[-self.frames :]
        held = self.held(arrived)
        later = (newest[len(newest) - held :].detach().clone(),) if held else ()
        return newest.mean(0, dtype=torch.float64).to(features.dtype), Kept(later, (arrived,))

    def offline(self, features: Tensor) -> Tensor:
        """Return the mean of the last positions."""
        last = features[-self.frames :].double()
        return (last.sum(0) / len(last)).to(features.dtype)

    def held(self, arrived: int) -> int:
        """Return the positions that the next mean may need again: at most W - 1."""
        return min(arrived, self.frames - 1)
