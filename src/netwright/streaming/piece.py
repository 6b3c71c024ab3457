"""The interface of one operation of a stream."""

from dataclasses import dataclass
from typing import Protocol

from torch import Tensor

Chunk = Tensor | None
"""New frames of a value, at least one; None where there are none yet. No operation ever sees an empty tensor."""


@dataclass(frozen=True)
class Kept:
    """What one operation keeps between two steps: tensors and whole numbers, so that any state can be stored.

    Before the first frame it has neither; an operation makes what it needs when the first frames tell shape, type and
    device. It is never changed: a step returns a new one. Its tensors share no memory with chunks that a caller holds.

    Args:
        tensors: Such as the last frames of the input.
        counts: Such as how many frames have been seen.
    """

    tensors: tuple[Tensor, ...] = ()
    counts: tuple[int, ...] = ()


class Piece(Protocol):
    """One operation of a stream.

    After steps with t frames in all, it has emitted exactly the first `emitted(t)` frames of its offline run on those
    t frames, whatever the chunks were (by induction over the graph, then, the whole stream equals its offline run).
    Every method is pure: no state is hidden in the piece.
    """

    def step(self, chunks: tuple[Chunk, ...], kept: Kept, last: bool) -> tuple[Chunk, Kept]:
        """Take new frames of every input and return new frames of the output.

        Args:
            chunks: The new frames of each input.
            kept: What the step before returned; `Kept()` at the start of a video.
            last: Whether the video ends with these frames: what stands behind its end, such as padding, follows.

        Returns:
            (new frames or None, what to keep).
        """
        ...

    def offline(self, wholes: tuple[Tensor, ...]) -> Tensor:
        """Return the output of whole inputs at once, written independently of `step`: what the stream must equal."""
        ...

    def emitted(self, arrived: tuple[int, ...], ended: bool) -> int:
        """Return how many frames have been emitted in all, once so many of each input have arrived.

        Args:
            arrived: Frames of each input since the start of the video.
            ended: Whether the video has ended.
        """
        ...

    def held(self, arrived: tuple[int, ...]) -> tuple[int, ...]:
        """Return how many frames of each input are kept for later, once so many have arrived."""
        ...
