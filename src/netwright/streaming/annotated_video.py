"""A video file of what a stream saw and said."""

from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self, cast

import numpy as np

from netwright.records.errors import InputError, MissingExtraError, StorageError
from netwright.records.live import LiveUpdate
from netwright.streaming.overlay import annotate
from netwright.streaming.session import Seen
from netwright.streaming.sources.frame import Frame, Pixels

if TYPE_CHECKING:
    from av.container import OutputContainer
    from av.video.stream import VideoStream

SUFFIXES = (".mp4", ".mkv", ".mov")
RATE = 30.0
TICKS = 30_000
"""Time stamps are counted in so many ticks a second; MPEG-4 allows no more than 65,535."""
_CODECS = ("libx264", "mpeg4")
"""The first one that this build of FFmpeg has is taken: both play everywhere."""


class AnnotatedVideo:
    """Writes every frame with the newest prediction in it, at the times at which the source gave them.

    Videos of a folder follow each other. Frames of another size than the first are fitted into it.

    Args:
        path: The file; its ending names the format.
        rate: Frames a second to tell players, 30 if not known.

    Raises:
        InputError: See `check_place`.
    """

    def __init__(self, path: Path, rate: float | None = None) -> None:
        check_place(path)
        self._path = path
        self._rate = Fraction(rate or RATE).limit_denominator(1001)
        self._container: OutputContainer | None = None
        self._stream: VideoStream | None = None
        self._newest: LiveUpdate | None = None
        self._part = 0
        self._shift = 0
        self._last = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def add(self, seen: Seen) -> None:
        """Write a frame.

        Args:
            seen: What a session yielded.

        Raises:
            StorageError: The file cannot be written.
            MissingExtraError: PyAV or Pillow is not installed.
        """
        frame, update = seen
        if frame is None:
            return
        # the prediction of one video says nothing about the next
        self._newest = update or (self._newest if frame.part == self._part else None)
        self._write(annotate(frame.pixels, self._newest), frame)

    def close(self) -> None:
        """Finish the file, so that it plays; safe to call twice."""
        container, self._container = self._container, None
        if container is not None and self._stream is not None:
            container.mux(self._stream.encode(None))
            container.close()

    def _write(self, pixels: Pixels, frame: Frame) -> None:
        try:
            import av
        except ImportError as error:
            raise MissingExtraError("writing video", "video") from error
        tick = round(frame.time * TICKS)
        if frame.part != self._part:
            self._part = frame.part
            # the next file of a folder begins at 0; the time of a live source goes on by itself
            self._shift = max(self._shift, self._last + round(TICKS / self._rate) - tick)
        try:
            stream = self._stream or self._open(pixels)
            picture = av.VideoFrame.from_ndarray(_fitted(pixels, stream.height, stream.width), format="rgb24")
            # two frames never share a tick, whatever their times are
            self._last = max(self._last + 1, self._shift + tick)
            picture.pts, picture.time_base = self._last, Fraction(1, TICKS)
            assert self._container is not None
            self._container.mux(stream.encode(picture))
        except av.FFmpegError as error:
            raise StorageError(f"could not write {self._path}: {error}; check the disk and the folder") from error

    def _open(self, pixels: Pixels) -> "VideoStream":
        import av

        self._container = av.open(str(self._path), "w")
        codec = next(name for name in _CODECS if name in av.codecs_available)
        stream = cast("VideoStream", self._container.add_stream(codec, rate=self._rate))
        stream.height, stream.width = pixels.shape[:2]
        stream.pix_fmt = "yuv420p"
        stream.time_base = stream.codec_context.time_base = Fraction(1, TICKS)
        self._stream = stream
        return stream


def check_place(path: Path) -> None:
    """Refuse a file that could not become a video, before anything is watched.

    Args:
        path: The file.

    Raises:
        InputError: The ending is no video format's, or there is no such folder.

    >>> check_place(Path("seen.txt"))
    Traceback (most recent call last):
    netwright.records.errors.InputError: found the file seen.txt to draw into; let it end in one of .mp4, .mkv, .mov
    """
    if path.suffix.lower() not in SUFFIXES:
        raise InputError(f"found the file {path} to draw into; let it end in one of {', '.join(SUFFIXES)}")
    if not path.absolute().parent.is_dir():
        raise InputError(f"there is no folder {path.absolute().parent} to draw into; make it, or choose another")


def _fitted(pixels: Pixels, height: int, width: int) -> Pixels:
    """Return a frame in a size: shrunk in proportion where it is larger, in the middle of black."""
    if pixels.shape[:2] == (height, width):
        return pixels
    from PIL import Image, ImageOps

    return np.array(ImageOps.pad(Image.fromarray(pixels), (width, height)))
