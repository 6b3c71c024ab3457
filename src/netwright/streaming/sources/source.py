"""The interface of everything that gives frames: files, folders, cameras, network streams."""

from collections.abc import Iterator
from typing import Protocol

from netwright.records.live import Losses
from netwright.streaming.sources.frame import Frame


class Source(Protocol):
    """Frames in their order in time; used once, and closed after."""

    @property
    def name(self) -> str:
        """What it is, in words that stand in messages."""
        ...

    @property
    def rate(self) -> float | None:
        """Frames a second as the source states it; None where it does not."""
        ...

    @property
    def live(self) -> bool:
        """Whether frames come when they want: one that is not taken in time is lost."""
        ...

    def __iter__(self) -> Iterator[Frame]:
        """Return the frames; the iterator ends with the source, or when it is closed."""
        ...

    def losses(self) -> Losses:
        """Return what could not be delivered so far."""
        ...

    def close(self) -> None:
        """End; safe to call twice, and from another thread."""
        ...
