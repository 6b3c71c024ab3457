"""Videos that lie in files: every frame is taken, in its order, as fast as it can be looked at."""

from collections.abc import Iterator, Sequence
from threading import Event
from typing import TYPE_CHECKING, Protocol

from netwright.records.errors import DataError
from netwright.records.live import Losses
from netwright.streaming.sources.clock import Clock, WallClock
from netwright.streaming.sources.frame import Frame

if TYPE_CHECKING:
    from av import VideoFrame


class Recording(Protocol):
    """One video that does not run away."""

    @property
    def name(self) -> str:
        """What stands in messages and predictions."""
        ...

    @property
    def rate(self) -> float | None:
        """Frames a second as the video states it; None where it does not, or cannot be read."""
        ...

    def frames(self) -> Iterator[tuple["VideoFrame", float]]:
        """Return its frames and their times in seconds from the first one.

        Raises:
            DataError: It is broken; the frames before that have come.
        """
        ...


class RecordedSource:
    """One video after the other; see `netwright.streaming.sources.source.Source`.

    A broken video ends where it is broken: the next one follows, and the reason stands among the losses. Where all of
    them are broken, the first reason is raised when all have been tried.

    Args:
        name: Of the file or folder.
        videos: In the order in which they are taken.
        clock: Tells when frames arrive.
    """

    live = False

    def __init__(self, name: str, videos: Sequence[Recording], clock: Clock | None = None) -> None:
        self.name = name
        self._videos = tuple(videos)
        self._clock = clock or WallClock()
        self._broken: list[str] = []
        self._stopped = Event()

    @property
    def rate(self) -> float | None:
        """Frames a second of the first video that states it."""
        return next((video.rate for video in self._videos if video.rate), None)

    def __iter__(self) -> Iterator[Frame]:
        """Return every frame of every video.

        Yields:
            Frames; a new part begins with each video.

        Raises:
            DataError: No video could be read to its end.
        """
        first: DataError | None = None
        for part, video in enumerate(self._videos):
            try:
                for picture, seconds in video.frames():
                    if self._stopped.is_set():
                        return
                    yield Frame(picture, seconds, self._clock.now(), video.name, part)
            except DataError as error:
                first = first or error
                self._broken.append(str(error))
        if first is not None and len(self._broken) == len(self._videos):
            raise first

    def losses(self) -> Losses:
        """Return the videos that were broken so far; no frame is ever dropped."""
        return Losses(broken=tuple(self._broken))

    def close(self) -> None:
        """End before the next frame."""
        self._stopped.set()
