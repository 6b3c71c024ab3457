"""A history as events in whole numbers, in the order in which they arrived."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from netwright.features.event import StoredEvent
from netwright.records.feature_view import FeatureView

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_AT_ONCE = 10_000


def stored_history(
    connection: "DuckDBPyConnection", view: FeatureView, since: int | None = None
) -> Iterator[StoredEvent]:
    """Yield the events of the table `events`.

    Args:
        connection: The database that `load_events` filled.
        view: Says what the columns are.
        since: Leave out what happened before, microseconds since the epoch; None for nothing.

    Yields:
        The events, the first to arrive first.
    """
    columns = "".join(f", c{place}" for place in range(len(view.columns)))
    wanted = "" if since is None else f"WHERE time >= {since}"
    found = connection.execute(f"SELECT entity, time, created{columns} FROM events {wanted} ORDER BY created, number")  # noqa: S608
    while rows := found.fetchmany(_AT_ONCE):
        for entity, time, created, *values in rows:
            yield StoredEvent(entity, time, created, tuple(values))
