"""The mean of all frames so far, at every frame."""

from dataclasses import dataclass

import torch
from torch import Tensor

from netwright.streaming.piece import Chunk, Kept
from netwright.streaming.pieces.frames import copied, require


@dataclass(frozen=True)
class RunningMean:
    """y[n] = (x[0] + ... + x[n]) / (n + 1): the causal form of a mean over time that is used at every frame.

    Such is the pool of a squeeze-and-excitation block; the last frame is the mean over the whole clip. The sum is kept
    in double precision, and frames are added in the order of time, so that chunks change nothing.

    Args:
        axis: The time axis, counted from 0.

    >>> RunningMean(0).offline((torch.tensor([1.0, 3.0, 8.0]),))
    tensor([1., 2., 4.])
    """

    axis: int

    def step(self, chunks: tuple[Chunk, ...], kept: Kept, last: bool) -> tuple[Chunk, Kept]:  # noqa: ARG002
        """Return the mean so far at each of the new frames; see `Piece.step`."""
        (chunk,) = chunks
        if chunk is None:
            return None, kept
        before = kept.counts[0] if kept.counts else 0
        arrived = before + chunk.shape[self.axis]
        frames = chunk.double()
        start = kept.tensors[0] if kept.tensors else torch.zeros_like(frames.narrow(self.axis, 0, 1))
        sums = torch.cat((start, frames), self.axis).cumsum(self.axis).narrow(self.axis, 1, arrived - before)
        newest = sums.narrow(self.axis, arrived - before - 1, 1)
        counts = torch.arange(before + 1, arrived + 1, device=sums.device)
        means = sums / counts.reshape(-1, *[1] * (sums.ndim - 1 - self.axis))
        return means.to(chunk.dtype), Kept((copied(newest),), (arrived,))

    def offline(self, wholes: tuple[Tensor, ...]) -> Tensor:
        """Return the mean of the first n + 1 frames, for every n.

        Args:
            wholes: The input.

        Returns:
            As many frames.
        """
        (whole,) = wholes
        require(whole.shape[self.axis], 1, "a mean over time")
        frames = whole.double()
        counts = torch.ones_like(frames).cumsum(self.axis)
        return (frames.cumsum(self.axis) / counts).to(whole.dtype)

    def emitted(self, arrived: tuple[int, ...], ended: bool) -> int:  # noqa: ARG002
        """Return as many as have arrived."""
        return arrived[0]

    def held(self, arrived: tuple[int, ...]) -> tuple[int, ...]:
        """Return 1, the sum in double precision, once a frame has arrived."""
        return (min(1, arrived[0]),)
