"""A file behind a url as a recording: its length is known, so that nothing of it has to be dropped."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from netwright.records.errors import DataError
from netwright.streaming.sources.connection import Connection, LostError

if TYPE_CHECKING:
    from av import VideoFrame


@dataclass(frozen=True, eq=False)
class NetworkRecording:
    """An open url whose end is known; its frames can be taken once.

    Args:
        name: The url, without passwords.
        connection: The open url.
    """

    name: str
    connection: Connection

    @property
    def rate(self) -> float | None:
        """Frames a second as it states them."""
        return self.connection.rate

    def frames(self) -> Iterator[tuple["VideoFrame", float]]:
        """Return its frames; see `netwright.streaming.sources.recorded.Recording`.

        Yields:
            Each frame and its seconds from the first one.

        Raises:
            DataError: It broke off, or holds no frame.
        """
        first: float | None = None
        time, count = 0.0, 0
        try:
            for picture, seconds in self.connection:
                first = seconds if first is None else first
                time = time if seconds is None or first is None else seconds - first
                yield picture, time
                count += 1
        except LostError as error:
            raise DataError(f"{self.name}: {error} after {count} frames; try it again, or download it") from error
        finally:
            self.connection.close()
        if not count:
            raise DataError(f"{self.name} holds no frame that can be decoded; try another url")
