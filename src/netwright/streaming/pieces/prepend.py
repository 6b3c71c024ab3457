"""Constant frames before a value and behind its end."""

from dataclasses import dataclass

from torch import Tensor

from netwright.records.errors import ModelError
from netwright.streaming.piece import Chunk, Kept
from netwright.streaming.pieces.frames import constant, copied, padded, require, together


@dataclass(frozen=True)
class Prepend:
    """Padding that stands by itself: `before` constant frames, the value, and, when it has ended, `after` more.

    Args:
        axis: The time axis, counted from 0.
        before: Frames before the first one.
        after: Frames behind the last one.
        fill: What they are made of.

    Raises:
        ModelError: A number of frames is negative.

    >>> import torch
    >>> Prepend(0, 1, 2, 0.0).offline((torch.ones(2),))
    tensor([0., 1., 1., 0., 0.])
    """

    axis: int
    before: int
    after: int
    fill: float

    def __post_init__(self) -> None:
        if self.before < 0 or self.after < 0:
            raise ModelError(
                f"found {self.before} frames of padding before and {self.after} behind: both are 0 or more"
            )

    def step(self, chunks: tuple[Chunk, ...], kept: Kept, last: bool) -> tuple[Chunk, Kept]:
        """Return the new frames and the padding next to them; see `Piece.step`."""
        (chunk,) = chunks
        if chunk is None and not kept.counts:
            return None, kept
        parts = [] if chunk is None else [chunk]
        like = kept.tensors[0] if kept.tensors else chunk
        arrived = (kept.counts[0] if kept.counts else 0) + (0 if chunk is None else chunk.shape[self.axis])
        if like is not None and self.before and not kept.counts:
            parts.insert(0, constant(like, self.axis, self.before, self.fill))
        if like is not None and self.after and last:
            parts.append(constant(like, self.axis, self.after, self.fill))
        # no frame, but its shape, type and device: what stands behind the end may be asked for without new frames
        shape = (copied(like.narrow(self.axis, 0, 0)),) if like is not None and self.after else ()
        return (together(parts, self.axis) if parts else None), Kept(shape, (arrived,))

    def offline(self, wholes: tuple[Tensor, ...]) -> Tensor:
        """Return the padded whole.

        Args:
            wholes: The input.

        Returns:
            The longer value.
        """
        (whole,) = wholes
        require(whole.shape[self.axis], 1, "padding")
        return padded(whole, self.axis, self.before, self.after, self.fill)

    def emitted(self, arrived: tuple[int, ...], ended: bool) -> int:
        """Return before + t, and `after` more at the end; 0 before the first frame."""
        (frames,) = arrived
        return self.before + frames + (self.after if ended else 0) if frames else 0

    def held(self, arrived: tuple[int, ...]) -> tuple[int, ...]:  # noqa: ARG002
        """Return 0."""
        return (0,)
