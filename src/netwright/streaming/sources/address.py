"""What a user writes for a source: a file, a folder, a camera or a url."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

from netwright.data.video_layout import VIDEO_SUFFIXES
from netwright.records.errors import DataError
from netwright.streaming.sources import picture_recording
from netwright.streaming.sources.camera import DEVICES, camera_opener
from netwright.streaming.sources.live import LiveSource, connect
from netwright.streaming.sources.network import network_opener
from netwright.streaming.sources.network_recording import NetworkRecording
from netwright.streaming.sources.picture_recording import PictureRecording
from netwright.streaming.sources.recorded import RecordedSource, Recording
from netwright.streaming.sources.source import Source
from netwright.streaming.sources.video_recording import VideoRecording

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_DIGITS = re.compile(r"(\d+)")


def open_source(address: str) -> Source:
    """Return the source behind an address, opened.

    A whole number is a camera, N for /dev/videoN; what holds `://` is a url, taken as a recording where it states its
    length and as live otherwise. In a folder every video file is one video, and so are the pictures of each folder in
    it, in natural order (frame2 before frame10).

    Args:
        address: A file, a folder, a camera or a url.

    Returns:
        The source; the caller closes it.

    Raises:
        DataError: Nothing is there, or it holds no video.

    >>> open_source("nowhere.avi")
    Traceback (most recent call last):
    netwright.records.errors.DataError: there is no nowhere.avi; give a file, a folder, a camera (0 for /dev/video0) or
    a url
    """
    if _URL.match(address):
        return _behind_url(address)
    path = Path(address)
    camera = DEVICES / f"video{address}" if _DIGITS.fullmatch(address) and not path.exists() else path
    if camera.is_char_device() or camera.parent == DEVICES:
        opener = camera_opener(camera)
        return LiveSource(opener, connect(opener))
    if path.is_dir():
        return RecordedSource(address, _recordings(path))
    if not path.exists():
        raise DataError(f"there is no {address}; give a file, a folder, a camera (0 for /dev/video0) or a url")
    return RecordedSource(address, [_recording(path, path.name)])


def _behind_url(address: str) -> Source:
    opener = network_opener(address)
    first = connect(opener)
    if first.ends:
        return RecordedSource(opener.name, [NetworkRecording(opener.name, first)])
    return LiveSource(opener, first)


def _recording(path: Path, name: str) -> Recording:
    if path.suffix.lower() in picture_recording.SUFFIXES:
        return PictureRecording(name, (path,))
    return VideoRecording(name, path)


def _recordings(folder: Path) -> list[Recording]:
    found = sorted(_walk(folder), key=lambda recording: _natural(recording.name))
    if not found:
        endings = ", ".join(sorted(VIDEO_SUFFIXES | picture_recording.SUFFIXES))
        raise DataError(f"{folder} holds no video and no picture; files are known by their ending: {endings}")
    return found


def _walk(folder: Path) -> Iterator[Recording]:
    for place, _, names in os.walk(folder):
        inside = Path(place)
        pictures = [inside / name for name in names if Path(name).suffix.lower() in picture_recording.SUFFIXES]
        if pictures:
            name = str(inside.relative_to(folder)) if inside != folder else folder.name
            yield PictureRecording(name, tuple(sorted(pictures, key=lambda path: _natural(path.name))))
        for name in names:
            if Path(name).suffix.lower() in VIDEO_SUFFIXES:
                yield VideoRecording(str((inside / name).relative_to(folder)), inside / name)


def _natural(name: str) -> list[tuple[int, str]]:
    """Return a key that sorts numbers in names by their value."""
    return [(int(part), "") if part.isdecimal() else (-1, part.casefold()) for part in _DIGITS.split(name)]
