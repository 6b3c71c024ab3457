"""How a scenario names a folder of images: `folder:PATH`, with options behind a question mark."""

import re
from dataclasses import dataclass
from pathlib import Path

from netwright.records.errors import DataError, nearest

PREFIX = "folder:"
_OPTIONS = re.compile(r"(?P<path>[^?]*)\?(?P<options>[^?/]*)")
_ALLOWED = {"size": range(1, 4097), "channels": (1, 3)}


@dataclass(frozen=True)
class FolderAddress:
    """A folder of images, and the form that its images get.

    Args:
        path: The folder, absolute.
        size: Height and width in pixels; None is the most common size of the training images.
        channels: 1 (grey) or 3 (red, green, blue); None is 1 where every training image is grey, else 3.
    """

    path: Path
    size: int | None = None
    channels: int | None = None

    def __str__(self) -> str:
        given = {"size": self.size, "channels": self.channels}
        options = "&".join(f"{key}={value}" for key, value in given.items() if value is not None)
        return f"{PREFIX}{self.path}" + (f"?{options}" if options else "")


def read_address(text: str, home: Path | None = None) -> FolderAddress:
    """Return the address that a scenario wrote.

    Args:
        text: `folder:PATH`, `folder:PATH?size=32` or `folder:PATH?size=32&channels=1`; `~` is the home folder.
        home: Where a relative path starts; the working directory if not given.

    Returns:
        The address.

    Raises:
        DataError: An option is unknown or has no allowed value.

    >>> address = read_address("folder:/data/birds?size=32&channels=1")
    >>> print(address.path, address.size, address.channels)
    /data/birds 32 1
    >>> print(address)
    folder:/data/birds?size=32&channels=1
    """
    rest = text.removeprefix(PREFIX)
    written = _OPTIONS.fullmatch(rest)
    place = written["path"] if written else rest
    options = dict(_option(text, part) for part in written["options"].split("&") if part) if written else {}
    if not place:
        raise DataError(f"{text!r} names no folder; write folder:PATH, with class folders in PATH/train and PATH/valid")
    return FolderAddress(((home or Path()) / Path(place).expanduser()).resolve(), **options)


def _option(text: str, part: str) -> tuple[str, int]:
    key, _, value = part.partition("=")
    if key not in _ALLOWED:
        raise DataError(f"{text!r} has the unknown option {key!r}. {nearest(key, list(_ALLOWED))}")
    if not (value.isascii() and value.isdigit() and int(value) in _ALLOWED[key]):
        allowed = "1 or 3" if key == "channels" else "a number of pixels from 1 to 4096"
        raise DataError(f"{text!r} has {key} = {value!r}; write {allowed}")
    return key, int(value)
