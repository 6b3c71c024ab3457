"""How a scenario names a folder of texts: `texts:PATH`, with the option `length` behind a question mark."""

import re
from dataclasses import dataclass
from pathlib import Path

from netwright.records.errors import DataError, nearest

PREFIX = "texts:"
LONGEST = 2**20
"""Bytes of the longest row that an address may ask for."""
_OPTIONS = re.compile(r"(?P<path>[^?]*)\?(?P<options>[^?/]*)")


@dataclass(frozen=True)
class TextsAddress:
    """A folder of texts, and how much of each is kept.

    Args:
        path: The folder, absolute.
        length: Bytes at which longer texts are cut, at the end of a character; None keeps every text whole.
    """

    path: Path
    length: int | None = None

    def __str__(self) -> str:
        return f"{PREFIX}{self.path}" + ("" if self.length is None else f"?length={self.length}")


def read_texts_address(text: str, home: Path | None = None) -> TextsAddress:
    """Return the address that a scenario wrote.

    Args:
        text: `texts:PATH` or `texts:PATH?length=2048`; `~` is the home folder.
        home: Where a relative path starts; the working directory if not given.

    Returns:
        The address.

    Raises:
        DataError: It names no folder, or an option is unknown or has no allowed value.

    >>> address = read_texts_address("texts:/data/aclImdb?length=2048")
    >>> print(address.path, address.length)
    /data/aclImdb 2048
    >>> print(address)
    texts:/data/aclImdb?length=2048
    """
    rest = text.removeprefix(PREFIX)
    written = _OPTIONS.fullmatch(rest)
    place = written["path"] if written else rest
    lengths = [_length(text, part) for part in written["options"].split("&") if part] if written else []
    if not place:
        raise DataError(f"{text!r} names no folder; write texts:PATH, with class folders in PATH/train and PATH/test")
    path = ((home or Path()) / Path(place).expanduser()).resolve()
    return TextsAddress(path, lengths[-1] if lengths else None)


def _length(text: str, part: str) -> int:
    key, _, value = part.partition("=")
    if key != "length":
        raise DataError(f"{text!r} has the unknown option {key!r}. {nearest(key, ['length'])}")
    if not (value.isascii() and value.isdigit() and 1 <= int(value) <= LONGEST):
        raise DataError(f"{text!r} has length = {value!r}; write a number of bytes from 1 to {LONGEST}")
    return int(value)
