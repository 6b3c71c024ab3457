"""The last frames as one value."""

from dataclasses import dataclass

from torch import Tensor

from netwright.records.errors import ModelError
from netwright.streaming.piece import Chunk, Kept
from netwright.streaming.pieces.frames import copied, require, together


@dataclass(frozen=True)
class LastFrames:
    """The last n frames as one value, replaced by the next: what a layer that flattens time sees.

    A linear layer on n flattened frames is a convolution over n frames; it answers once n of them have arrived, and
    at most once a step.

    Args:
        axis: The time axis, counted from 0; it stays, with n frames.
        frames: n.

    Raises:
        ModelError: It is below 1.

    >>> import torch
    >>> LastFrames(0, 2).offline((torch.arange(5),))
    tensor([3, 4])
    """

    axis: int
    frames: int

    def __post_init__(self) -> None:
        if self.frames < 1:
            raise ModelError(f"found the last {self.frames} frames: a value has at least 1; take 1 or more")

    def step(self, chunks: tuple[Chunk, ...], kept: Kept, last: bool) -> tuple[Chunk, Kept]:  # noqa: ARG002
        """Return the last n frames, where some are new; see `Piece.step`."""
        (chunk,) = chunks
        if chunk is None:
            return None, kept
        arrived = (kept.counts[0] if kept.counts else 0) + chunk.shape[self.axis]
        at_hand = together([*kept.tensors, chunk], self.axis)
        count = at_hand.shape[self.axis]
        held = min(count, self.frames - 1)
        later = (copied(at_hand.narrow(self.axis, count - held, held)),) if held else ()
        complete = count >= self.frames
        newest = at_hand.narrow(self.axis, count - self.frames, self.frames) if complete else None
        return newest, Kept(later, (arrived,))

    def offline(self, wholes: tuple[Tensor, ...]) -> Tensor:
        """Return the last n frames of the whole.

        Args:
            wholes: The input.

        Returns:
            n frames.
        """
        (whole,) = wholes
        require(whole.shape[self.axis], self.frames, f"a layer on {self.frames} frames")
        return whole.movedim(self.axis, 0)[-self.frames :].movedim(0, self.axis)

    def emitted(self, arrived: tuple[int, ...], ended: bool) -> int:  # noqa: ARG002
        """Return 1 once n frames have arrived."""
        return int(arrived[0] >= self.frames)

    def held(self, arrived: tuple[int, ...]) -> tuple[int, ...]:
        """Return the frames that the next value may need again: at most n - 1."""
        return (min(arrived[0], self.frames - 1),)
