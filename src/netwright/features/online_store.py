"""The recent events of every entity in one SQLite file, and the features at a moment computed from them."""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from types import TracebackType
from typing import Self

import numpy as np

from netwright.features.bound_view import bind
from netwright.features.event import StoredEvent, Value, stored_event
from netwright.features.seen_terms import terms_of
from netwright.features.times import MICROSECONDS, microseconds
from netwright.features.values import Own, row_columns
from netwright.records.errors import InputError, StorageError
from netwright.records.feature_view import FeatureView

FORMAT = "netwright features 1"
_WAIT = 10.0


class OnlineStore:
    """A store of events: `update` adds one, `lookup` computes an entity's features from those before a moment.

    A file belongs to one view. Every update is a transaction of its own (write-ahead log): a process killed at any
    moment loses none that was acknowledged, and several processes may use the file at once. One object may be used by
    several threads; a process that forks opens its own.

    Args:
        path: The file; made where there is none.
        view: The features.

    Raises:
        InputError: The file is no store, or one of another view.
        StorageError: It cannot be written.

    Source: SQLite, "Write-Ahead Logging".
    """

    def __init__(self, path: Path, view: FeatureView) -> None:
        self.view, self._bound, self._path, self._lock = view, bind(view), path, RLock()
        columns = [f"c{place}" for place in range(len(view.columns))]
        self._insert = f"INSERT INTO events VALUES ({', '.join('?' * (4 + len(columns)))})"  # noqa: S608
        self._select = (
            f"SELECT {', '.join(['time', *columns])} FROM events "  # noqa: S608 - names of ours
            "WHERE entity = ? AND time >= ? AND time < ? AND created < ? ORDER BY time, number"
        )
        try:
            self._connection = sqlite3.connect(path, timeout=_WAIT, isolation_level=None, check_same_thread=False)
        except sqlite3.Error as error:
            raise StorageError(f"could not open {path}: {error}; choose a folder that you may write to") from error
        try:
            with self._told():
                self._connection.execute("PRAGMA journal_mode = WAL")
                self._connection.execute("PRAGMA synchronous = NORMAL")
                self._set_up(columns)
        except BaseException:
            self._connection.close()
            raise

    def update(self, event: Mapping[str, Value]) -> None:
        """Add an event; once this returns it is kept.

        Args:
            event: Column -> number (seconds since the epoch for times), word, or None.
        """
        self.extend([stored_event(self.view, event)])

    def extend(self, events: Iterable[StoredEvent]) -> None:
        """Add events in one transaction: all of them or none."""
        waiting = list(events)
        if not waiting:
            return
        with self.transaction():
            found = self._connection.execute("SELECT value FROM facts WHERE name = 'number'").fetchone()
            number = int(found[0])
            for event in waiting:
                number += 1
                row = (event.entity, event.time, number, event.created, *event.values)
                self._connection.execute(self._insert, row)
            self._connection.execute("UPDATE facts SET value = ? WHERE name = 'number'", (str(number),))

    def lookup(self, entity: str, at: float, own: Mapping[str, Value] | None = None) -> dict[str, float | str]:
        """Return the columns of a row as of a moment.

        Args:
            entity: Whose features.
            at: The moment, seconds since the epoch.
            own: The event's own values, which the view passes on or compares with the past; missing where left out.

        Returns:
            Name -> number (NaN where missing) or word; of an unknown entity the view's defaults.
        """
        return self.row(stored_event(self.view, {**(own or {}), self.view.entity: entity, self.view.time: at}))

    def row(self, event: StoredEvent) -> dict[str, float | str]:
        """Return the same for an event in whole numbers, which is not added.

        Args:
            event: The entity, the moment, and the event's own values.

        Returns:
            Name -> number or word.

        Raises:
            InputError: The moment lies before those that pruning gave up.
        """
        bound, at = self._bound, event.time
        with self._lock, self._told():
            horizon = int(self._connection.execute("SELECT value FROM facts WHERE name = 'horizon'").fetchone()[0])
            if at < horizon:
                raise InputError(
                    f"{at / MICROSECONDS} lies before {horizon / MICROSECONDS}: what is needed for it was pruned; ask "
                    "for a later moment"
                )
            rows = self._connection.execute(self._select, (event.entity, at - bound.longest, at, at)).fetchall()
        columns = row_columns(bound, terms_of(bound, rows, at), np.array([at]), self._own(event.values))
        return {name: values.item() for name, values in columns.items()}

    def prune(self, at: float, most: int = -1) -> int:
        """Remove events that no lookup at a moment or later can see; earlier lookups are refused from then on.

        Args:
            at: The moment, seconds since the epoch.
            most: Events to remove at most, the oldest ones; -1 for all.

        Returns:
            How many were removed.
        """
        moment = microseconds(at)
        with self.transaction():
            removed = self._connection.execute(
                "DELETE FROM events WHERE (entity, time, number) IN "
                "(SELECT entity, time, number FROM events INDEXED BY by_time WHERE time < ? ORDER BY time LIMIT ?)",
                (moment - self._bound.longest, most),
            ).rowcount
            if removed:
                self.give_up_before(at)
        return removed

    def give_up_before(self, at: float) -> None:
        """Refuse lookups before a moment, in seconds since the epoch: what they would need is not here."""
        with self.transaction():
            self._connection.execute(
                "UPDATE facts SET value = max(CAST(value AS INTEGER), ?) WHERE name = 'horizon'", (microseconds(at),)
            )

    def count(self) -> int:
        """Return how many events the store holds."""
        with self._lock, self._told():
            return int(self._connection.execute("SELECT count(*) FROM events").fetchone()[0])

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Do all that is written inside, or nothing of it; transactions inside become a part of the outer one."""
        with self._lock, self._told():
            if self._connection.in_transaction:
                yield
                return
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._connection.rollback()
                raise
            self._connection.commit()

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _own(self, values: Sequence[int | str | None]) -> Own:
        return {
            column.name: np.array([np.nan if value is None else float(value)])
            if column.kind == "number"
            else np.array([value or ""], np.str_)
            for column, value in zip(self.view.columns, values, strict=True)
        }

    def _set_up(self, columns: list[str]) -> None:
        with self.transaction():
            tables = {row[0] for row in self._connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            if not tables:
                held = "".join(f", {name}" for name in columns)
                self._connection.execute("CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT)")
                self._connection.execute(
                    "CREATE TABLE events (entity TEXT, time INTEGER, number INTEGER, created INTEGER"
                    f"{held}, PRIMARY KEY (entity, time, number)) WITHOUT ROWID"
                )
                self._connection.execute("CREATE INDEX by_time ON events (time)")
                facts = {"format": FORMAT, "view": self.view.to_json(), "number": "0", "horizon": str(-(2**53))}
                self._connection.executemany("INSERT INTO facts VALUES (?, ?)", facts.items())
            elif not {"facts", "events"} <= tables or self._fact("format") != FORMAT:
                raise InputError(f"{self._path} is no store of features; choose another file")
            elif json.loads(self._fact("view")) != json.loads(self.view.to_json()):
                raise InputError(
                    f"{self._path} belongs to another view, or to an earlier form of {self.view.name!r}; make a new "
                    "store from the history: netwright features materialise"
                )

    def _fact(self, name: str) -> str:
        found = self._connection.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
        return str(found[0]) if found else ""

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.DatabaseError as error:
            if "not a database" in str(error) or "malformed" in str(error):
                raise InputError(
                    f"{self._path} is no sound SQLite file ({error}); make it anew from the history"
                ) from error
            raise StorageError(f"could not use {self._path}: {error}; look at that disk") from error
