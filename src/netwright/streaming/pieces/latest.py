"""A pool over time: what is known of the whole video so far."""

from dataclasses import dataclass

from torch import Tensor

from netwright.streaming.heads.head import Head
from netwright.streaming.piece import Chunk, Kept
from netwright.streaming.pieces.frames import require


@dataclass(frozen=True)
class Latest:
    """A pool over time whose newest summary is put out: at most one value a step.

    What is put out is one value that is replaced by the next, not a frame of a sequence: after steps with t frames in
    all, the newest is the summary of those t frames, whatever the chunks were.

    Args:
        head: How frames are summarised.
        axis: The time axis, counted from 0.
        keep_dim: Whether the time axis stays, with one element.

    >>> import torch
    >>> from netwright.streaming.heads.cumulative import Cumulative
    >>> value, kept = Latest(Cumulative(), 1, keep_dim=False).step((torch.tensor([[1.0, 3.0]]),), Kept(), last=False)
    >>> value
    tensor([2.])
    """

    head: Head
    axis: int
    keep_dim: bool

    def step(self, chunks: tuple[Chunk, ...], kept: Kept, last: bool) -> tuple[Chunk, Kept]:  # noqa: ARG002
        """Return the summary of all frames so far, where some are new; see `Piece.step`."""
        (chunk,) = chunks
        if chunk is None:
            return None, kept
        summary, kept = self.head.update(chunk.movedim(self.axis, 0), kept)
        return self._placed(summary), kept

    def offline(self, wholes: tuple[Tensor, ...]) -> Tensor:
        """Return the summary of the whole.

        Args:
            wholes: The input.

        Returns:
            One value.
        """
        (whole,) = wholes
        require(whole.shape[self.axis], 1, "a pool over time")
        return self._placed(self.head.offline(whole.movedim(self.axis, 0)))

    def emitted(self, arrived: tuple[int, ...], ended: bool) -> int:  # noqa: ARG002
        """Return 1 once a summary is known."""
        return min(1, arrived[0])

    def held(self, arrived: tuple[int, ...]) -> tuple[int, ...]:
        """Return what the head keeps, in frames."""
        return (self.head.held(arrived[0]),)

    def _placed(self, summary: Tensor) -> Tensor:
        return summary.unsqueeze(self.axis) if self.keep_dim else summary
