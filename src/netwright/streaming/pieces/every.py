"""Every n-th frame."""

from dataclasses import dataclass

from torch import Tensor

from netwright.records.errors import ModelError
from netwright.streaming.piece import Chunk, Kept
from netwright.streaming.pieces.frames import require


@dataclass(frozen=True)
class Every:
    """The frames start, start + stride, start + 2 stride, ...: `x[:, :, start::stride]`.

    Args:
        axis: The time axis, counted from 0.
        stride: Frames from one to the next.
        start: The first one, counted from 0.

    Raises:
        ModelError: The stride is below 1, or the start below 0.

    >>> import torch
    >>> Every(0, 2).offline((torch.arange(5),))
    tensor([0, 2, 4])
    """

    axis: int
    stride: int
    start: int = 0

    def __post_init__(self) -> None:
        if self.stride < 1 or self.start < 0:
            raise ModelError(
                f"found the slice {self.start}::{self.stride} in time: a stream takes frames from a start of 0 or more "
                "on, in steps of 1 or more; write it so"
            )

    def step(self, chunks: tuple[Chunk, ...], kept: Kept, last: bool) -> tuple[Chunk, Kept]:  # noqa: ARG002
        """Return those of the new frames that count; see `Piece.step`."""
        (chunk,) = chunks
        if chunk is None:
            return None, kept
        before = kept.counts[0] if kept.counts else 0
        arrived = before + chunk.shape[self.axis]
        first = self.start + self.emitted((before,), ended=False) * self.stride - before
        after = Kept((), (arrived,))
        if first >= chunk.shape[self.axis]:
            return None, after
        return chunk[(slice(None),) * self.axis + (slice(first, None, self.stride),)], after

    def offline(self, wholes: tuple[Tensor, ...]) -> Tensor:
        """Return the slice of the whole.

        Args:
            wholes: The input.

        Returns:
            The frames that count.
        """
        (whole,) = wholes
        require(whole.shape[self.axis], self.start + 1, f"the slice {self.start}::{self.stride}")
        return whole.movedim(self.axis, 0)[self.start :: self.stride].movedim(0, self.axis)

    def emitted(self, arrived: tuple[int, ...], ended: bool) -> int:  # noqa: ARG002
        """Return max(0, ceil((t - start) / stride))."""
        return max(0, -((self.start - arrived[0]) // self.stride))

    def held(self, arrived: tuple[int, ...]) -> tuple[int, ...]:  # noqa: ARG002
        """Return 0."""
        return (0,)
