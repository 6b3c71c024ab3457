"""The interface to what is behind a live source: something that can be opened again when it is lost."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from av import VideoFrame


class LostError(Exception):
    """A live source cannot be opened, broke off, or gave no frame for too long; the message says which."""


class Connection(Protocol):
    """An open camera or network stream, used by one thread."""

    @property
    def rate(self) -> float | None:
        """Frames a second as the source states it."""
        ...

    @property
    def ends(self) -> bool:
        """Whether it is a recording, whose length is known."""
        ...

    @property
    def damaged(self) -> int:
        """How often so far something arrived that could not be decoded."""
        ...

    def __iter__(self) -> Iterator[tuple["VideoFrame", float | None]]:
        """Return frames and their times in seconds from any origin, None where the source tells none.

        Raises:
            LostError: No frame came for too long, or the source broke off; a plain end means the same.
        """
        ...

    def close(self) -> None:
        """Let go of it; safe to call twice."""
        ...


class Opener(Protocol):
    """Makes connections."""

    @property
    def name(self) -> str:
        """What it connects to, without passwords."""
        ...

    def open(self) -> Connection:
        """Connect.

        Raises:
            LostError: Nothing is there, or it gives no video.
        """
        ...
