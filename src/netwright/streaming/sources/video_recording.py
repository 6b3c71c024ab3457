"""A video file as a recording."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from netwright.data.video_file import BrokenVideoError, all_decoded, opened, stated_rate

if TYPE_CHECKING:
    from av import VideoFrame


@dataclass(frozen=True)
class VideoRecording:
    """One video file.

    Args:
        name: In predictions.
        path: The file.
    """

    name: str
    path: Path

    @property
    def rate(self) -> float | None:
        """Frames a second of its header; None where it cannot be read."""
        try:
            with opened(self.path) as (_, stream):
                return stated_rate(stream)
        except BrokenVideoError:
            # who takes its frames is told why
            return None

    def frames(self) -> Iterator[tuple["VideoFrame", float]]:
        """Return its frames; see `netwright.streaming.sources.recorded.Recording`."""
        return all_decoded(self.path)
