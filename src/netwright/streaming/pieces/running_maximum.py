"""The maximum of all frames so far, at every frame."""

from dataclasses import dataclass

import torch
from torch import Tensor

from netwright.streaming.piece import Chunk, Kept
from netwright.streaming.pieces.frames import copied, require


@dataclass(frozen=True)
class RunningMaximum:
    """y[n] = max(x[0], ..., x[n]): the causal form of a maximum over time that is used at every frame.

    Args:
        axis: The time axis, counted from 0.

    >>> RunningMaximum(0).offline((torch.tensor([1.0, 3.0, 2.0]),))
    tensor([1., 3., 3.])
    """

    axis: int

    def step(self, chunks: tuple[Chunk, ...], kept: Kept, last: bool) -> tuple[Chunk, Kept]:  # noqa: ARG002
        """Return the maximum so far at each of the new frames; see `Piece.step`."""
        (chunk,) = chunks
        if chunk is None:
            return None, kept
        count = chunk.shape[self.axis]
        highest = chunk.cummax(self.axis).values
        if kept.tensors:
            highest = torch.maximum(highest, kept.tensors[0])
        newest = highest.narrow(self.axis, count - 1, 1)
        return highest, Kept((copied(newest),), ((kept.counts[0] if kept.counts else 0) + count,))

    def offline(self, wholes: tuple[Tensor, ...]) -> Tensor:
        """Return the maximum of the first n + 1 frames, for every n.

        Args:
            wholes: The input.

        Returns:
            As many frames.
        """
        (whole,) = wholes
        require(whole.shape[self.axis], 1, "a maximum over time")
        return whole.cummax(self.axis).values

    def emitted(self, arrived: tuple[int, ...], ended: bool) -> int:  # noqa: ARG002
        """Return as many as have arrived."""
        return arrived[0]

    def held(self, arrived: tuple[int, ...]) -> tuple[int, ...]:
        """Return 1 once a frame has arrived."""
        return (min(1, arrived[0]),)
