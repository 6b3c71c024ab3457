"""What SQLite's failures mean for the telemetry, and what to do about each."""

import sqlite3
from pathlib import Path

_REMEDIES = {
    "SQLITE_FULL": "free space on that disk; what was stored before stands",
    "SQLITE_READONLY": "give the service the right to write that file and its folder, or name another file",
    "SQLITE_CANTOPEN": "make its folder first, and give the service the right to write there",
    "SQLITE_PERM": "give the service the right to write that file and its folder",
    "SQLITE_IOERR": "look at that disk; what was stored before stands",
    "SQLITE_CORRUPT": "the file is damaged and was left as it is: move it away, and read what is left of it with "
    "`sqlite3 FILE .recover`",
    "SQLITE_NOTADB": "the file is damaged or something else and was left as it is: move it away, or name another",
    "SQLITE_BUSY": "another process has been writing for too long: end it, or name another file",
    "SQLITE_LOCKED": "another process has been writing for too long: end it, or name another file",
    "SQLITE_TOOBIG": "a sample is larger than SQLite can keep: keep no samples (--keep-inputs 0)",
}


def told(path: Path, error: sqlite3.Error) -> str:
    """Return what went wrong with a store, and what to do.

    Args:
        path: Its file.
        error: What SQLite raised.

    Returns:
        The message.

    >>> error = sqlite3.OperationalError("database or disk is full")
    >>> error.sqlite_errorname = "SQLITE_FULL"
    >>> told(Path("t.db"), error)
    't.db: database or disk is full; free space on that disk; what was stored before stands'
    """
    name = getattr(error, "sqlite_errorname", "")
    # extended codes, such as SQLITE_IOERR_WRITE, begin with the name of what they extend
    remedy = next((text for code, text in _REMEDIES.items() if name.startswith(code)), "look at that file")
    return f"{path}: {error}; {remedy}"
