"""A folder of pictures as a recording: one frame a picture."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from netwright.records.errors import DataError
from netwright.streaming.sources.frame import picture_of

if TYPE_CHECKING:
    from av import VideoFrame

SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".bmp", ".webp", ".tif", ".tiff", ".ppm", ".pgm"})
"""How the files of a folder end that are taken for pictures."""


@dataclass(frozen=True)
class PictureRecording:
    """Pictures that were taken one after the other.

    Args:
        name: In predictions.
        paths: The pictures, in the order in which they were taken.
        rate: Frames a second: pictures do not tell.
    """

    name: str
    paths: tuple[Path, ...]
    rate: float = 30.0

    def frames(self) -> Iterator[tuple["VideoFrame", float]]:
        """Return the pictures in their own sizes; see `netwright.streaming.sources.recorded.Recording`.

        Yields:
            Each picture, after its EXIF orientation, without transparency, and index/rate.

        Raises:
            DataError: One of them is broken.
            MissingExtraError: Pillow or PyAV is not installed.
        """
        from netwright.data.image_file import BrokenImageError, look_at, read_pixels

        for index, path in enumerate(self.paths):
            try:
                size, _ = look_at(path)
                pixels = read_pixels(path, size, 3)
            except BrokenImageError as error:
                raise DataError(f"{path} cannot be read: {error}; remove it, or write it again") from error
            yield picture_of(pixels.transpose(1, 2, 0)), index / self.rate
