"""A video file: opened with PyAV, and its frames decoded in order.

PyAV carries FFmpeg, so that every format which FFmpeg reads can be read. Only the first video stream counts; sound and
subtitles are left aside.

Damage is what FFmpeg tells: a packet cut off, data that no decoder takes, fewer frames than the header states. The
frames before it are sound and can be used. Some decoders conceal small damage inside a frame (MPEG-4 part 2 does);
such frames are given as they are shown.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from netwright.records.errors import DataError, MissingExtraError

if TYPE_CHECKING:
    from av import VideoFrame
    from av.container import InputContainer
    from av.video.stream import VideoStream

_SLACK, _SHARE = 2, 0.05
"""So many frames, or this share of them, may lack before a file counts as cut short: headers are often a little off."""
_AGAIN = "copy or download it again, or remove it"


class BrokenVideoError(DataError):
    """A video file that holds no frames, or whose frames end in damage.

    Args:
        path: The file.
        found: What is wrong with it.
        frames: How many frames before the damage are sound.
    """

    def __init__(self, path: Path, found: str, frames: int = 0) -> None:
        super().__init__(f"{path}: {found}; {_AGAIN}")
        self.path = path
        self.found = found
        self.frames = frames


class MissingFrameError(BrokenVideoError):
    """A frame that was asked for is not there, though nothing is damaged: packets promised more than they hold."""


@contextmanager
def opened(path: Path) -> Iterator[tuple["InputContainer", "VideoStream"]]:
    """Open a video file for as long as the block lasts; its decoder gets one thread, since files go side by side.

    Args:
        path: The file.

    Yields:
        (container, its first video stream).

    Raises:
        BrokenVideoError: The file is missing, empty, no video, or has sound only.
        MissingExtraError: PyAV is not installed.
    """
    try:
        import av
    except ImportError as error:
        raise MissingExtraError("reading video files", "video") from error
    if not path.is_file():
        raise BrokenVideoError(path, "it is no file" if path.exists() else "there is no such file")
    try:
        size = path.stat().st_size
        container = _open(str(path)) if size else None
    except (av.FFmpegError, OSError) as error:
        raise BrokenVideoError(path, f"it cannot be opened as a video: {_why(error)}") from error
    if container is None:
        raise BrokenVideoError(path, "it is empty, 0 bytes")
    with container:
        if not container.streams.video:
            kinds = ", ".join(sorted({stream.type for stream in container.streams})) or "nothing"
            raise BrokenVideoError(path, f"it has no pictures: it holds {kinds}")
        stream = container.streams.video[0]
        # the decoder of a stream is None where this FFmpeg has none for it
        if stream.codec_context is None:
            raise BrokenVideoError(path, "this FFmpeg has no decoder for it")
        stream.codec_context.thread_count = 1
        yield container, stream


def _open(name: str) -> "InputContainer":
    import av

    # a playlist may name other places: none is asked over a network; a title may be in any encoding: it is not needed
    return av.open(name, options={"protocol_whitelist": "file"}, metadata_errors="replace")


def decoded(path: Path, container: "InputContainer", stream: "VideoStream") -> Iterator["VideoFrame"]:
    """Decode the frames of an open file in the order shown, from where the file stands to its end.

    Args:
        path: The file, for messages.
        container: The open file.
        stream: Its video.

    Yields:
        Frames; all that are sound come before an error.

    Raises:
        BrokenVideoError: A packet or a frame is damaged.
    """
    import av

    count = 0
    try:
        for packet in container.demux(stream):
            if packet.is_corrupt:
                raise BrokenVideoError(path, cut_short(count), count)
            # an empty packet would be taken for the end
            for frame in packet.decode() if packet.size else ():
                if frame.is_corrupt:
                    raise BrokenVideoError(path, f"frame {count} is damaged", count)
                yield frame
                count += 1
        for frame in stream.decode(None):
            yield frame
            count += 1
    except av.FFmpegError as error:
        raise BrokenVideoError(path, damaged(count, error), count) from error


def all_decoded(path: Path) -> Iterator[tuple["VideoFrame", float]]:
    """Decode a file from its first frame to its last.

    Args:
        path: The file.

    Yields:
        (frame, seconds from the first frame); a frame without a time follows its predecessor at the stated rate.

    Raises:
        BrokenVideoError: As for `decoded`; there is no frame, or there are clearly fewer than the header states.
    """
    with opened(path) as (container, stream):
        step, unit = 1 / stated_rate(stream), tick_seconds(stream)
        count, seconds, start, last = 0, -step, None, None
        for frame in decoded(path, container, stream):
            # not `frame.time`: it is NaN for the last frames of a decoder that reorders them
            last = None if frame.pts is None else frame.pts * unit
            if last is None:
                seconds += step
            else:
                start = last - (seconds + step) if start is None else start
                seconds = last - start
            yield frame, seconds
            count += 1
        short = shortage(container, stream, count, last)
    if not count:
        raise BrokenVideoError(path, "it holds no frame that can be decoded")
    if short:
        raise BrokenVideoError(path, short, count)


def tick_seconds(stream: "VideoStream") -> float:
    """Return the seconds of a tick; a fraction would cost as much a frame as its copy."""
    return float(stream.time_base or 0)


def stated_rate(stream: "VideoStream") -> float:
    """Return the frames a second that a file states, or 1 where it states none."""
    return float(stream.average_rate or stream.guessed_rate or 1)


def shortage(container: "InputContainer", stream: "VideoStream", count: int, last: float | None) -> str:
    """Return what is said of a file that has clearly fewer frames than its header states.

    Args:
        container: The open file.
        stream: Its video.
        count: Frames that are there.
        last: When the last of them is shown, in seconds on the clock of the file; None where it does not tell.

    Returns:
        The words; empty where nothing lacks.
    """
    stated = stream.frames
    if not stated and len(container.streams) == 1 and container.duration and last is not None:
        # no count of frames, as in Matroska: the stated seconds tell; with sound beside, they may be those of the sound
        stated = round(container.duration / 1e6 * stated_rate(stream))
        count = max(count, round(last * stated_rate(stream)) + 1)
    if count >= stated - max(_SLACK, _SHARE * stated):
        return ""
    return f"it is cut short: its header states {stated} frames, and {count} are there"


def cut_short(count: int) -> str:
    """Return what is said where data ends inside a packet, behind so many sound frames."""
    return f"it is damaged or cut short after {count} frames"


def damaged(count: int, error: Exception) -> str:
    """Return what is said where FFmpeg takes no more, behind so many sound frames."""
    return f"it is damaged after {count} frames: {_why(error)}"


def _why(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)
