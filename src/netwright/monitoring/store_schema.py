"""The tables of the telemetry's store, and how its file is opened: made whole, or recognised, or refused."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote
from uuid import uuid4

from netwright.monitoring.store_faults import told
from netwright.records.errors import StorageError

FORMAT = 1
"""Of the tables."""
MARK = 0x6E777431
"""SQLite's `application_id` of such a file ("nwt1"): what tells it from any other SQLite file."""
PATIENCE = 10.0
"""Seconds that a writer waits for another one to end."""

_APPEND_ONLY = ("events", "labels", "boots", "losses")
_TABLES = """
CREATE TABLE schema (format INTEGER NOT NULL, name TEXT NOT NULL);
CREATE TABLE boots (boot TEXT PRIMARY KEY, time REAL NOT NULL);
CREATE TABLE events (
    rowid INTEGER PRIMARY KEY, id TEXT NOT NULL, time REAL NOT NULL, version TEXT NOT NULL, model TEXT NOT NULL,
    route TEXT NOT NULL, status INTEGER NOT NULL, predicted INTEGER NOT NULL, confidence REAL, latency REAL,
    features BLOB NOT NULL, sample BLOB NOT NULL, boot TEXT
);
CREATE INDEX events_by_id ON events (id);
CREATE INDEX events_by_boot ON events (boot) WHERE boot IS NOT NULL;
CREATE TABLE labels (
    rowid INTEGER PRIMARY KEY, id TEXT NOT NULL, label INTEGER NOT NULL, time REAL NOT NULL, source TEXT NOT NULL
);
CREATE INDEX labels_by_id ON labels (id);
CREATE TABLE losses (
    rowid INTEGER PRIMARY KEY, boot TEXT NOT NULL UNIQUE, accepted INTEGER NOT NULL, stored INTEGER NOT NULL,
    lost INTEGER NOT NULL, time REAL NOT NULL
);
"""
_STANDS = """
CREATE TRIGGER {table}_{deed} BEFORE {deed} ON {table}
BEGIN SELECT RAISE(ABORT, 'the telemetry is append-only: what was stored stands'); END;
"""


def opened(path: Path) -> sqlite3.Connection:
    """Return a connection that may write; a file that is missing or empty becomes a store.

    Args:
        path: The file; its folder exists.

    Returns:
        The connection, in WAL mode; whoever uses it sees to it that one thread does so at a time.

    Raises:
        StorageError: The file cannot be made or read, or is no store; nothing of it was changed.

    Source: SQLite documentation, "Write-Ahead Logging": readers and one writer do not wait for each other, and what a
        transaction wrote outlives the process.
    """
    return _opened(path, "rwc", _made_ready)


def opened_to_read(path: Path) -> sqlite3.Connection:
    """Return a connection that cannot write.

    Args:
        path: The file of a store.

    Returns:
        The connection.

    Raises:
        StorageError: There is no such file, it cannot be read, or it is no store.
    """
    if not path.exists():
        raise StorageError(f"there is no telemetry at {path}; name the file that `netwright serve --telemetry` writes")
    return _opened(path, "ro", lambda _: None)


def _opened(path: Path, mode: str, prepare: Callable[[sqlite3.Connection], None]) -> sqlite3.Connection:
    _refuse_other_files(path)
    address = f"file:{quote(str(path.absolute()))}?mode={mode}"
    try:
        # transactions are begun by name; several threads may take turns
        connection = sqlite3.connect(address, uri=True, timeout=PATIENCE, isolation_level=None, check_same_thread=False)
    except sqlite3.Error as error:
        raise StorageError(told(path, error)) from error
    try:
        prepare(connection)
        _check(path, connection)
    except sqlite3.Error as error:
        connection.close()
        raise StorageError(told(path, error)) from error
    except StorageError:
        connection.close()
        raise
    return connection


def _made_ready(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA journal_mode = WAL")
    # in WAL mode this loses nothing with the process, and at most the last flushes with the power
    connection.execute("PRAGMA synchronous = NORMAL")
    _make(connection)


def _refuse_other_files(path: Path) -> None:
    """Look at the first bytes before SQLite does: it would make a WAL file beside whatever it is given."""
    try:
        with path.open("rb") as file:
            head = file.read(100)
    except FileNotFoundError:
        return
    except OSError as error:
        raise StorageError(f"{path} cannot be read ({error.strerror}); name another file for the telemetry") from error
    mark = int.from_bytes(head[68:72], "big")
    # a store whose making was killed may still be without its mark: `_make` ends it
    if head and not (head.startswith(b"SQLite format 3\0") and mark in {0, MARK}):
        raise StorageError(f"{path} is no telemetry of netwright and was left as it is; name another file")


def _make(connection: sqlite3.Connection) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        if not connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            deeds = (_STANDS.format(table=t, deed=deed) for t in _APPEND_ONLY for deed in ("UPDATE", "DELETE"))
            for statement in (*_TABLES.split(";\n"), *deeds):
                connection.execute(statement)
            connection.execute("INSERT INTO schema VALUES (?, ?)", (FORMAT, uuid4().hex))
            connection.execute(f"PRAGMA application_id = {MARK}")
        connection.execute("COMMIT")
    except sqlite3.Error:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _check(path: Path, connection: sqlite3.Connection) -> None:
    if connection.execute("PRAGMA application_id").fetchone()[0] != MARK:
        raise StorageError(f"{path} is a SQLite file, but no telemetry of netwright; name another file")
    found = connection.execute("SELECT format FROM schema").fetchone()
    if found != (FORMAT,):
        what = "no format" if found is None else f"format {found[0]}"
        raise StorageError(
            f"{path} has {what}, this netwright reads format {FORMAT}; update netwright, or name another"
        )
