"""The interface of a head's pool: how the features of all positions in time become one summary."""

from typing import Protocol

from torch import Tensor

from netwright.streaming.piece import Kept


class Head(Protocol):
    """A summary over time that follows a stream.

    After updates with t positions in all, the summary is that of its offline twin on those t positions, whatever the
    chunks were. A position is one frame of the features, which a network with a temporal stride has fewer of than the
    video. Every method is pure.
    """

    def update(self, features: Tensor, kept: Kept) -> tuple[Tensor, Kept]:
        """Return the newest summary.

        Args:
            features: Of n >= 1 new positions, time first: (n, ...).
            kept: What the update before returned; `Kept()` at the start of a video.

        Returns:
            (the summary of all positions so far, (...), what to keep).
        """
        ...

    def offline(self, features: Tensor) -> Tensor:
        """Return the summary of all positions at once, written independently of `update`: its offline twin.

        Args:
            features: Of T >= 1 positions, time first: (T, ...).
        """
        ...

    def held(self, arrived: int) -> int:
        """Return how many positions' worth of numbers are kept, once so many have arrived."""
        ...
