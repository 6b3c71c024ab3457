"""What tells that a file is still the same one."""

import os
from pathlib import Path

from netwright.records.errors import DataError


def file_identity(path: Path) -> str:
    """Return path, size and time of change of a file.

    Args:
        path: The file.

    Returns:
        The three, as one text.

    Raises:
        DataError: There is no such file.
    """
    about = _stat(path)
    return f"{path.resolve()} {about.st_size} {about.st_mtime_ns}"


def file_size(path: Path) -> int:
    """Return the bytes of a file; DataError where there is none."""
    return _stat(path).st_size


def written(path: Path) -> str:
    r"""Return a path as text that UTF-8 can write: bytes of a name that are none become \xNN."""
    return os.fsencode(path).decode(errors="backslashreplace")


def _stat(path: Path) -> os.stat_result:
    try:
        return path.stat()
    except OSError as error:
        raise DataError(f"{written(path)} cannot be read: {error.strerror}; correct the path") from error
