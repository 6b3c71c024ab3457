"""All frames but the first and the last ones."""

from dataclasses import dataclass

from torch import Tensor

from netwright.records.errors import ModelError
from netwright.streaming.piece import Chunk, Kept
from netwright.streaming.pieces.frames import copied, require, together


@dataclass(frozen=True)
class Shorten:
    """All frames but the first and the last ones: `x[:, :, front:-back]`.

    A frame is held back until `back` later ones have arrived: only then it is known not to be one of the last.

    Args:
        axis: The time axis, counted from 0.
        front: Frames to drop at the start.
        back: Frames to drop at the end.

    Raises:
        ModelError: One of them is negative.

    >>> import torch
    >>> Shorten(0, 1, 2).offline((torch.arange(5),))
    tensor([1, 2])
    """

    axis: int
    front: int
    back: int

    def __post_init__(self) -> None:
        if self.front < 0 or self.back < 0:
            raise ModelError(
                f"found {self.front} frames to drop at the start and {self.back} at the end: both are 0 or more"
            )

    def step(self, chunks: tuple[Chunk, ...], kept: Kept, last: bool) -> tuple[Chunk, Kept]:  # noqa: ARG002
        """Return the frames that are known not to be one of the last; see `Piece.step`."""
        (chunk,) = chunks
        if chunk is None:
            return None, kept
        before = kept.counts[0] if kept.counts else 0
        count = chunk.shape[self.axis]
        after = (before + count,)
        dropped = min(count, max(0, self.front - before))
        if dropped == count:
            return None, Kept((), after)
        frames = together([*kept.tensors, chunk.narrow(self.axis, dropped, count - dropped)], self.axis)
        ready = max(0, frames.shape[self.axis] - self.back)
        held = frames.shape[self.axis] - ready
        later = (copied(frames.narrow(self.axis, ready, held)),) if held else ()
        return (frames.narrow(self.axis, 0, ready) if ready else None), Kept(later, after)

    def offline(self, wholes: tuple[Tensor, ...]) -> Tensor:
        """Return the slice of the whole.

        Args:
            wholes: The input.

        Returns:
            The frames in between.
        """
        (whole,) = wholes
        count = whole.shape[self.axis]
        require(count, self.front + self.back + 1, f"the slice {self.front}:-{self.back}")
        return whole.movedim(self.axis, 0)[self.front : count - self.back].movedim(0, self.axis)

    def emitted(self, arrived: tuple[int, ...], ended: bool) -> int:  # noqa: ARG002
        """Return max(0, t - front - back)."""
        return max(0, arrived[0] - self.front - self.back)

    def held(self, arrived: tuple[int, ...]) -> tuple[int, ...]:
        """Return the frames behind the first ones, at most `back`."""
        return (min(self.back, max(0, arrived[0] - self.front)),)
