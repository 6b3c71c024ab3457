"""How a scenario names a folder of videos: `videos:PATH`, with options behind a question mark."""

import re
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from netwright.records.errors import DataError, nearest

PREFIX = "videos:"
LAYOUTS = ("folder", "ucf101", "hmdb51", "kinetics")
_WITH_SPLITS = ("ucf101", "hmdb51")
_OPTIONS = re.compile(r"(?P<path>[^?]*)\?(?P<options>[^?/]*)")
_NUMBERS = {
    "split": (1, 3, "1, 2 or 3"),
    "frames": (1, 4096, "a number of frames from 1 to 4096"),
    "size": (8, 1024, "a number of pixels from 8 to 1024"),
    "stride": (1, 1024, "a number of frames from 1 to 1024"),
    "clips": (1, 64, "a number of clips from 1 to 64"),
}


@dataclass(frozen=True)
class VideosAddress:
    """A folder of videos, how it is laid out, and how its videos become clips.

    Args:
        path: The folder, absolute.
        layout: `folder`, `ucf101`, `hmdb51` or `kinetics`.
        split: Which published split, of those layouts that have several.
        frames: Frames of a clip.
        size: Height and width of its frames in pixels: the short side is brought to it, and the middle square kept.
        stride: Frames from one of a clip to the next; None spreads them evenly over the whole video.
        clips: Clips of a training video: its middle one, and others drawn at random. A test video gives its middle one.
    """

    path: Path
    layout: str = "folder"
    split: int = 1
    frames: int = 16
    size: int = 112
    stride: int | None = None
    clips: int = 1

    def __str__(self) -> str:
        plain = {field.name: field.default for field in fields(self)}
        given = {name: getattr(self, name) for name in plain if name != "path"}
        options = "&".join(f"{name}={value}" for name, value in given.items() if value != plain[name])
        return f"{PREFIX}{self.path}" + (f"?{options}" if options else "")


def read_videos_address(text: str, home: Path | None = None) -> VideosAddress:
    """Return the address that a scenario wrote.

    Args:
        text: `videos:PATH` or `videos:PATH?layout=ucf101&split=1&frames=16&size=112`; `~` is the home folder.
        home: Where a relative path starts; the working directory if not given.

    Returns:
        The address.

    Raises:
        DataError: It names no folder, or an option is unknown, has no allowed value, or does not go with the layout.

    >>> address = read_videos_address("videos:/data/UCF-101?layout=ucf101&split=2&frames=32")
    >>> print(address.path, address.layout, address.split, address.frames, address.size)
    /data/UCF-101 ucf101 2 32 112
    >>> print(address)
    videos:/data/UCF-101?layout=ucf101&split=2&frames=32
    """
    rest = text.removeprefix(PREFIX)
    written = _OPTIONS.fullmatch(rest)
    place = written["path"] if written else rest
    options = dict(_option(text, part) for part in written["options"].split("&") if part) if written else {}
    if not place:
        raise DataError(f"{text!r} names no folder; write videos:PATH, with class folders in PATH/train and PATH/test")
    address = VideosAddress(((home or Path()) / Path(place).expanduser()).resolve(), **options)
    if "split" in options and address.layout not in _WITH_SPLITS:
        raise DataError(f"{text!r} has a split, but the layout {address.layout} has one split only; leave split out")
    return address


def _option(text: str, part: str) -> tuple[str, Any]:
    key, _, value = part.partition("=")
    known = ["layout", *_NUMBERS]
    if key not in known:
        raise DataError(f"{text!r} has the unknown option {key!r}. {nearest(key, known)}")
    if key == "layout":
        if value not in LAYOUTS:
            raise DataError(f"{text!r} has the unknown layout {value!r}. {nearest(value, LAYOUTS)}")
        return key, value
    low, high, allowed = _NUMBERS[key]
    if not (value.isascii() and value.isdigit() and low <= int(value) <= high):
        raise DataError(f"{text!r} has {key} = {value!r}; write {allowed}")
    return key, int(value)
