"""The telemetry's store: what happened, appended and never changed, in one SQLite file that many can read."""

import math
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self, TypeVar

from netwright.monitoring.event import Event, Label
from netwright.monitoring.store_faults import told
from netwright.monitoring.store_schema import opened, opened_to_read
from netwright.records.errors import StorageError

_T = TypeVar("_T")
_PUT_EVENT = "INSERT INTO events VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_PUT_LABEL = "INSERT INTO labels VALUES (NULL, ?, ?, ?, ?)"
_TAKE = "rowid, id, time, version, model, route, status, predicted, confidence, latency, features"


class Loss(NamedTuple):
    """How many events one run of a service could not store.

    Args:
        boot: Name of the run.
        accepted: Events that it took in.
        stored: Those that are here.
        lost: The rest: what the last flush had not yet written when the process was killed, or a full disk refused.
        time: When that was found out, seconds since the epoch.
    """

    boot: str
    accepted: int
    stored: int
    lost: int
    time: float


class Batch(NamedTuple):
    """Events in the order in which they were stored.

    Args:
        last: The place of the last one, from which reading goes on.
        events: Without their samples.
    """

    last: int
    events: tuple[Event, ...]


class Store:
    """The store at one path; safe to use from several threads, and from several processes at the same time.

    Args:
        path: Its file; its folder exists. A file that is missing or empty becomes a store.

    Raises:
        StorageError: The file cannot be made, or is something else; nothing of it was changed.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder, Store(Path(folder, "telemetry.db")) as store:
    ...     store.append([Event("r1/0", 0.0, "1", "mlp", "main", 200, 3, 0.9, 0.001)], [Label("r1/0", 3, 60.0)])
    ...     batch = store.events_after(0, limit=10)
    >>> batch.last, batch.events[0].predicted
    (1, 3)
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._connection = opened(path)

    @classmethod
    def to_read(cls, path: Path) -> Self:
        """Return a store that is there already and that is only read.

        Args:
            path: Its file.

        Returns:
            The store.

        Raises:
            StorageError: There is none, or the file is something else.
        """
        store = cls.__new__(cls)
        store.path, store._lock, store._connection = path, threading.Lock(), opened_to_read(path)
        return store

    def begin(self, boot: str) -> int:
        """Enter a run of a service, which its events are counted by.

        Args:
            boot: A name that no other run has; beginning it twice changes nothing.

        Returns:
            How many events of it are stored, 0 for a new one.

        Raises:
            StorageError: It could not be written.
        """
        self._write([("INSERT OR IGNORE INTO boots VALUES (?, ?)", [(boot, time.time())])])
        return self.stored(boot)

    def append(self, events: Sequence[Event], labels: Sequence[Label] = (), *, boot: str | None = None) -> None:
        """Store events and labels, all of them or none.

        Args:
            events: In the order in which they happened.
            labels: In the order in which they were told.
            boot: Name of the run that the events are counted for.

        Raises:
            StorageError: They could not be written; what was stored before stands, and trying again makes sense.
        """
        rows = [(*_plain(event), boot) for event in events]
        self._write([(_PUT_EVENT, rows), (_PUT_LABEL, [_plain(label) for label in labels])])

    def settle(self, boot: str, accepted: int) -> int:
        """Enter how many events of a run that has ended were lost; the first entry of a run stands.

        Args:
            boot: Name of the run.
            accepted: Events that it took in.

        Returns:
            How many of them are not here.

        Raises:
            StorageError: It could not be written.
        """
        stored = self.stored(boot)
        lost = max(0, accepted - stored)
        row = (boot, accepted, stored, lost, time.time())
        self._write([("INSERT OR IGNORE INTO losses VALUES (NULL, ?, ?, ?, ?, ?)", [row])])
        return lost

    def stored(self, boot: str) -> int:
        """Return how many events of a run are stored."""
        return int(self.read("SELECT count(*) FROM events WHERE boot = ?", (boot,))[0][0])

    def losses(self) -> tuple[Loss, ...]:
        """Return what was entered by `settle`, in that order."""
        rows = self.read("SELECT boot, accepted, stored, lost, time FROM losses ORDER BY rowid")
        return tuple(Loss(*row) for row in rows)

    def events_after(self, place: int, limit: int) -> Batch:
        """Return the events that were stored behind a place, without their samples.

        Args:
            place: `last` of the batch before, 0 for the beginning.
            limit: How many at most.

        Returns:
            The batch; `last` is `place` where there is nothing new.
        """
        rows = self.read(f"SELECT {_TAKE} FROM events WHERE rowid > ? ORDER BY rowid LIMIT ?", (place, limit))  # noqa: S608
        return Batch(rows[-1][0] if rows else place, tuple(_event(row[1:]) for row in rows))

    def name(self) -> str:
        """Return what no other store is called, wherever its file is moved."""
        return str(self.read("SELECT name FROM schema")[0][0])

    def last_place(self) -> int:
        """Return the place of the newest event, 0 where there is none."""
        return int(self.read("SELECT coalesce(max(rowid), 0) FROM events")[0][0])

    def samples(self) -> Iterable[tuple[Event, Label]]:
        """Yield each event whose sample was kept and that has a label, with the label that counts.

        That is the last one by a person or an outcome; where there is none, the last one by a model.
        """
        query = f"""SELECT {_TAKE}, sample, (
            SELECT l.rowid FROM labels l WHERE l.id = e.id ORDER BY l.source = 'model', l.rowid DESC LIMIT 1
        ) AS told FROM events e
        WHERE rowid > ? AND length(sample) > 0 AND route <> 'shadow' AND told IS NOT NULL ORDER BY rowid LIMIT 100"""  # noqa: S608
        place = 0
        while rows := self.read(query, (place,)):
            for row in rows:
                label = self.read("SELECT id, label, time, source FROM labels WHERE rowid = ?", (row[-1],))[0]
                yield _event(row[1:-1]), Label(*label)
            place = rows[-1][0]

    def read(self, query: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Return the rows of a query that changes nothing.

        Args:
            query: SQL over the tables of `store_schema`.
            values: What stands for its question marks.

        Returns:
            The rows.

        Raises:
            StorageError: The file cannot be read, or is damaged.
        """
        return self._guarded(lambda connection: connection.execute(query, values).fetchall())

    def close(self) -> None:
        """End; safe to call twice."""
        with self._lock:
            self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _write(self, deeds: Sequence[tuple[str, Sequence[tuple[object, ...]]]]) -> None:
        def transaction(connection: sqlite3.Connection) -> None:
            connection.execute("BEGIN IMMEDIATE")
            try:
                for statement, rows in deeds:
                    connection.executemany(statement, rows)
                connection.execute("COMMIT")
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")

        self._guarded(transaction)

    def _guarded(self, deed: Callable[[sqlite3.Connection], _T]) -> _T:
        with self._lock:
            try:
                return deed(self._connection)
            except sqlite3.Error as error:
                raise StorageError(told(self.path, error)) from error


def telemetry_of(package: Path) -> Path:
    """Return where the telemetry of a package is unless another file is named: beside its folder.

    >>> telemetry_of(Path("shipped/digits")).as_posix()
    'shipped/digits.telemetry.sqlite'
    """
    place = package.absolute() if package.name in {"", ".."} else package
    return place.with_name(f"{place.name}.telemetry.sqlite")


def _plain(kept: Event | Label) -> tuple[object, ...]:
    """Return a row: a name that is no text (half a surrogate pair) must not cost a whole flush."""
    return tuple(part.encode(errors="replace").decode() if isinstance(part, str) else part for part in kept)


def _event(row: Sequence[Any]) -> Event:
    # SQLite keeps NaN as NULL
    values = list(row)
    for place in (7, 8):
        values[place] = math.nan if values[place] is None else values[place]
    return Event(*values)
