"""The sum of all frames so far, at every frame."""

from dataclasses import dataclass

import torch
from torch import Tensor

from netwright.streaming.piece import Chunk, Kept
from netwright.streaming.pieces.frames import copied, require


@dataclass(frozen=True)
class RunningSum:
    """y[n] = x[0] + ... + x[n], in the type of the frames: a cumulative sum over time.

    Frames are added in the order of time. The sum grows with the video; a network that divides it by the number of
    frames, itself a sum of ones, has a mean that does not.

    Args:
        axis: The time axis, counted from 0.

    >>> running = RunningSum(0)
    >>> _, kept = running.step((torch.tensor([1.0, 3.0]),), Kept(), last=False)
    >>> running.step((torch.tensor([8.0]),), kept, last=False)[0]
    tensor([12.])
    """

    axis: int

    def step(self, chunks: tuple[Chunk, ...], kept: Kept, last: bool) -> tuple[Chunk, Kept]:  # noqa: ARG002
        """Return the sum so far at each of the new frames; see `Piece.step`."""
        (chunk,) = chunks
        if chunk is None:
            return None, kept
        frames = torch.cat((*kept.tensors, chunk), self.axis) if kept.tensors else chunk
        sums = frames.cumsum(self.axis, dtype=chunk.dtype)
        sums = sums.narrow(self.axis, len(kept.tensors), chunk.shape[self.axis])
        newest = sums.narrow(self.axis, sums.shape[self.axis] - 1, 1)
        return sums, Kept((copied(newest),))

    def offline(self, wholes: tuple[Tensor, ...]) -> Tensor:
        """Return the sum of the first n + 1 frames, for every n."""
        (whole,) = wholes
        require(whole.shape[self.axis], 1, "a sum over time")
        return whole.cumsum(self.axis, dtype=whole.dtype)

    def emitted(self, arrived: tuple[int, ...], ended: bool) -> int:  # noqa: ARG002
        """Return as many as have arrived."""
        return arrived[0]

    def held(self, arrived: tuple[int, ...]) -> tuple[int, ...]:
        """Return 1, the sum, once a frame has arrived."""
        return (min(1, arrived[0]),)
