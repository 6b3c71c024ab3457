"""A history replayed event by event through the online store, and compared with the training join, value by value."""

import math
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from netwright.features.bound_view import bind
from netwright.features.database import Resources, opened
from netwright.features.event import StoredEvent
from netwright.features.history import Events
from netwright.features.online_store import OnlineStore
from netwright.features.stored_history import stored_history
from netwright.features.times import MICROSECONDS
from netwright.features.training_join import finished_rows, prepare_rows
from netwright.features.values import Numbers, Words
from netwright.machine.progress import Progress, Silent
from netwright.records.feature_view import FeatureCheck, FeatureView

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_EVERY = 1_000
"""Rows between two prunings of the store, and between two words on the progress."""


def check_view(
    view: FeatureView, events: Events, resources: Resources | None = None, progress: Progress | None = None
) -> FeatureCheck:
    """Compare what training is given with what the service would have been given at the time.

    Each event is asked for at its own moment, when the store holds what had arrived until then and has been pruned of
    what is too old.

    Args:
        view: The features.
        events: A history.
        resources: What the database may use.
        progress: What is told meanwhile.

    Returns:
        How many rows and values were compared, and how far they differ.
    """
    bound, told = bind(view), progress or Silent()
    resources = resources or Resources()
    with opened(resources) as connection, tempfile.TemporaryDirectory(dir=resources.spill) as place:
        prepare_rows(connection, bound, events, None)
        parts = [columns for _, columns in finished_rows(connection, bound)]
        expected = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
        with OnlineStore(Path(place, "store.db"), view) as store:
            return _compared(expected, _asked(connection, view), _Arrivals(store, connection), told)


def differing(trained: float | str, served: float | str) -> tuple[bool, float]:
    """Return whether two values differ, and by how much where both are numbers.

    >>> differing(1.5, 1.0), differing(math.nan, math.nan), differing(math.nan, 0.0)
    ((True, 0.5), (False, 0.0), (True, 0.0))
    """
    if isinstance(trained, str) or isinstance(served, str):
        return trained != served, 0.0
    if math.isnan(trained) or math.isnan(served):
        return math.isnan(trained) != math.isnan(served), 0.0
    return trained != served, abs(trained - served)


class _Arrivals:
    """Adds events to the store as time goes on."""

    def __init__(self, store: OnlineStore, connection: "DuckDBPyConnection") -> None:
        self.store, self._waiting = store, stored_history(connection.cursor(), store.view)
        self._next = next(self._waiting, None)

    def until(self, time: int) -> Iterator[StoredEvent]:
        """Yield the events that arrive before a time and have not been yielded."""
        while self._next is not None and self._next.created < time:
            yield self._next
            self._next = next(self._waiting, None)


def _asked(connection: "DuckDBPyConnection", view: FeatureView) -> list[tuple[int, StoredEvent]]:
    columns = "".join(f", c{place}" for place in range(len(view.columns)))
    found = connection.execute(f"SELECT number, entity, time{columns} FROM events ORDER BY time, number").fetchall()  # noqa: S608
    return [(number, StoredEvent(entity, time, time, tuple(own))) for number, entity, time, *own in found]


def _compared(
    expected: Mapping[str, Numbers | Words], asked: list[tuple[int, StoredEvent]], arrivals: _Arrivals, told: Progress
) -> FeatureCheck:
    store, different, largest, first = arrivals.store, 0, 0.0, ""
    told.start(len(asked), f"check {store.view.name}")
    for done, (number, event) in enumerate(asked):
        if done % _EVERY == 0:
            told.advance(done, "rows compared", None)
            store.prune(event.time / MICROSECONDS)
        store.extend(arrivals.until(event.time))
        for name, served in store.row(event).items():
            trained = expected[name][number].item()
            differs, by = differing(trained, served)
            different, largest = different + differs, max(largest, by)
            if differs and not first:
                first = f"row {number}, {name!r}: {trained} in training, {served} in the service"
    told.stop()
    return FeatureCheck(
        view=store.view.name, rows=len(asked), values=len(asked) * len(expected), different=different, largest=largest,
        first=first,
    )  # fmt: skip
