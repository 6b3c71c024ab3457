"""Frames of a video file: all of them with their times, or just those that are wanted, exactly."""

from collections.abc import Iterator, Sequence
from itertools import dropwhile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from netwright.data.frame_form import AsShown, FrameForm, Scaler
from netwright.data.frame_index import FrameIndex, index_frames
from netwright.data.video_file import BrokenVideoError, MissingFrameError, all_decoded, decoded, opened
from netwright.records.errors import DataError

if TYPE_CHECKING:
    from av import VideoFrame

_ONE_A_PACKET = frozenset({"av1", "ffv1", "h264", "hevc", "libdav1d", "mjpeg", "mpeg4", "vp9"})
"""Decoders whose packets hold one shown frame each, so that the place of a frame follows from its time stamp."""
_PROOF = 3
"""So many frames are compared with the index before the first jump."""


class TimedFrame(NamedTuple):
    """A frame and when it is shown.

    Args:
        pixels: Red, green, blue, uint8 (height, width, 3).
        seconds: From the first frame of the video.
    """

    pixels: NDArray[np.uint8]
    seconds: float


def video_frames(path: Path, form: FrameForm | None = None) -> Iterator[TimedFrame]:
    """Decode a video file from its first frame to its last.

    Args:
        path: The file.
        form: What makes pixels of a frame; as it is shown where not given.

    Yields:
        Frames in the order shown. Their times are the file's own, so a varying rate is kept; a frame without a time
        follows its predecessor at the stated rate.

    Raises:
        BrokenVideoError: The file holds no frame, or is damaged or cut short: all sound frames come before it.
    """
    wanted = form or AsShown()
    frames = all_decoded(path)
    scaler: Scaler | None = None
    for frame, seconds in frames:
        scaler = scaler or Scaler()
        yield TimedFrame(wanted.pixels(frame, scaler), seconds)


def select_frames(
    path: Path, wanted: Sequence[int], form: FrameForm | None = None, index: FrameIndex | None = None
) -> NDArray[np.uint8]:
    """Return certain frames of a video file: exactly those that decoding it from its start gives.

    Runs of frames without a wanted one are jumped over, from one frame that stands alone (a key frame) to another,
    where the file tells the time of every frame; damage in such a run is not seen. Other files, and those that do not
    keep to what they tell, are decoded from their start.

    Args:
        path: The file.
        wanted: Numbers of frames from 0, ascending; a number may be repeated.
        form: What makes pixels of a frame; as it is shown where not given.
        index: Of `index_frames`, where it is known already.

    Returns:
        uint8 (len(wanted), height, width, 3).

    Raises:
        BrokenVideoError: The file is damaged before a frame, or, as a `MissingFrameError`, has no such frame; `frames`
            tells how many are sound.
        DataError: The numbers do not ascend from 0, or the frames have several sizes.
    """
    numbers = sorted(set(wanted))
    if not numbers or numbers[0] < 0 or list(wanted) != sorted(wanted):
        raise DataError(f"frames {list(wanted)[:5]} of {path} were asked for; ask for ascending numbers from 0")
    pixels = _jump(path, numbers, form or AsShown(), index or index_frames(path))
    if pixels is None:
        pixels = _walk(path, numbers, form or AsShown())
    sizes = sorted({frame.shape[:2] for frame in pixels.values()})
    if len(sizes) > 1:
        raise DataError(f"{path} changes its size from {sizes[0]} to {sizes[1]} (height, width); ask for one size")
    return np.stack([pixels[number] for number in wanted])


def _walk(path: Path, numbers: Sequence[int], form: FrameForm) -> dict[int, NDArray[np.uint8]]:
    scaler, pixels = Scaler(), {}
    left = set(numbers)
    count = 0
    for frame, _ in all_decoded(path):
        if count in left:
            pixels[count] = form.pixels(frame, scaler)
            left.remove(count)
        count += 1
        if not left:
            return pixels
    raise MissingFrameError(path, f"frame {min(left)} was asked for, and it has {count}", count)


def _jump(
    path: Path, numbers: Sequence[int], form: FrameForm, index: FrameIndex
) -> dict[int, NDArray[np.uint8]] | None:
    """Return the frames; None where the file does not keep to its index, or is damaged on the way."""
    import av

    if not index.ticks or numbers[-1] >= index.count:
        return None
    scaler, pixels, left = Scaler(), {}, set(numbers)
    try:
        for place, frame in _placed(path, numbers, index):
            if place in left:
                pixels[place] = form.pixels(frame, scaler)
    except (BrokenVideoError, av.FFmpegError):
        # from its start, it tells what is wrong
        return None
    return pixels if len(pixels) == len(numbers) else None


def _placed(path: Path, numbers: Sequence[int], index: FrameIndex) -> Iterator[tuple[int, "VideoFrame"]]:
    """Decode frames up to each number, jumping where that saves some; end where one is not where the index has it."""
    with opened(path) as (container, stream):
        if stream.codec_context.name not in _ONE_A_PACKET:
            return
        place, frames = 0, decoded(path, container, stream)
        for number in sorted({*numbers, *range(min(_PROOF, numbers[-1]))}):
            key, stand = index.key_before(number)
            if key > place:
                container.seek(stand, stream=stream)
                place, frames = key, _from(index.ticks[key], decoded(path, container, stream))
            for frame in frames:
                if frame.pts != index.ticks[place]:
                    return
                yield place, frame
                place += 1
                if place > number:
                    break


def _from(tick: int, frames: Iterator["VideoFrame"]) -> Iterator["VideoFrame"]:
    # frames that a key frame brings along but that are shown before it lack what they refer to
    return dropwhile(lambda frame: frame.pts is not None and frame.pts < tick, frames)
