"""The lines of a file, however large it is, with how far each reaches."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from netwright.records.errors import DataError

LONGEST = 2**24
"""Bytes of a line at most: what is longer is no file of lines, and would not fit into memory."""
_MARK = b"\xef\xbb\xbf"


class Line(NamedTuple):
    """One line.

    Args:
        number: Counted from 1.
        content: Its bytes, without the end of the line.
        end: Bytes of the file up to the end of the line.
    """

    number: int
    content: bytes
    end: int


def lines_of(path: Path) -> Iterator[Line]:
    """Return the lines of a file.

    Args:
        path: The file; a byte order mark at its beginning is left out.

    Yields:
        The lines, one after the other.

    Raises:
        DataError: It cannot be read, or a line is longer than `LONGEST`.
    """
    end = 0
    try:
        with path.open("rb") as file:
            number = 0
            while content := file.readline(LONGEST + 1):
                number, end = number + 1, end + len(content)
                if len(content) > LONGEST:
                    raise DataError(
                        f"{path}, line {number}: it is longer than {LONGEST} bytes, as in no file of lines; check "
                        "what this file is"
                    )
                yield Line(number, content.removeprefix(_MARK if number == 1 else b"").rstrip(b"\r\n"), end)
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror}; correct the path") from error
