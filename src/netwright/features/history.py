"""Events from a file or from memory, checked and brought into one form in a database."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray

from netwright.features.column_sql import Reading, entity_reading, number_reading, time_reading, word_reading
from netwright.features.database import quoted
from netwright.records.errors import DataError, nearest
from netwright.records.feature_view import FeatureView

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Events = Path | Mapping[str, NDArray[Any]] | Any
"""A Parquet or CSV file, columns as arrays of equal length, or an Arrow table (where pyarrow is installed)."""


def load_events(
    connection: "DuckDBPyConnection", table: str, events: Events, view: FeatureView, needed: tuple[str, ...]
) -> int:
    """Make a table of events in the one form that every query uses.

    Its columns are `number` (the row's place), `entity` (text), `time` and `created` (microseconds), and `c0`, `c1`,
    ... for the view's columns: whole units or text, NULL where missing.

    Args:
        connection: The database.
        table: Name of the table; the raw events can be read from the view `TABLE_raw`.
        events: The events.
        view: Says what the columns are.
        needed: Columns of the view that must be there; others may be missing.

    Returns:
        How many events there are.

    Raises:
        DataError: The file cannot be read, columns are missing, or cells hold what they must not; all such columns.
    """
    types = _open_raw(connection, f"{table}_raw", events)
    for name in (view.entity, view.time, *needed):
        if name not in types:
            raise DataError(f"{told(events)} has no column {name!r}. {nearest(name, list(types))}")
    readings = [entity_reading(view.entity, types[view.entity]), time_reading(view.time, types[view.time])]
    if view.created is not None and view.created in types:
        readings.append(time_reading(view.created, types[view.created], "created", optional=True))
    absent: list[str] = []
    for place, column in enumerate(view.columns):
        if column.name not in types:
            kind = "BIGINT" if column.kind == "number" else "VARCHAR"
            absent.append(f"NULL::{kind} AS c{place}")
        elif column.kind == "number":
            readings.append(number_reading(column, types[column.name], f"c{place}"))
        else:
            readings.append(word_reading(column.name, types[column.name], f"c{place}"))
    _check(connection, f"{table}_raw", events, readings)
    _make(connection, table, readings, absent)
    found = connection.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608 - a name of ours
    count = int(found[0]) if found else 0
    if not count:
        raise DataError(f"{told(events)} holds no events; add some")
    return count


def told(events: Events) -> str:
    """Return what events are called in messages."""
    return str(events) if isinstance(events, Path) else "the table of events"


def _open_raw(connection: "DuckDBPyConnection", name: str, events: Events) -> dict[str, str]:
    """Make a view of the raw events, and return the type of each column."""
    if isinstance(events, Path):
        if not events.is_file():
            raise DataError(f"{events} is no file; correct the path")
        # a name is a name: without brackets * and ? would match other files
        path = "'" + re.sub(r"([*?\[])", r"[\1]", str(events)).replace("'", "''") + "'"
        readers = {
            ".parquet": f"read_parquet({path})",
            # as text: 0012 is a card, and what a number is the view says
            ".csv": f"read_csv({path}, all_varchar=true, header=true)",
        }
        if events.suffix.lower() not in readers:
            raise DataError(f"{events} is neither .parquet nor .csv; convert it")
        connection.execute(f"CREATE VIEW {name} AS FROM {readers[events.suffix.lower()]}")
    else:
        connection.register(name, _plain(events) if isinstance(events, Mapping) else events)
    rows = connection.execute(f"DESCRIBE {name}").fetchall()
    return {row[0]: row[1] for row in rows}


def _plain(events: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    lengths = {name: len(values) for name, values in events.items()}
    if len(set(lengths.values())) > 1:
        raise DataError(f"columns hold different numbers of events: {lengths}; give each as many")
    if not lengths or not next(iter(lengths.values())):
        raise DataError("the table of events holds no events; add some")
    # DuckDB reads arrays of objects as text
    return {name: values.astype(object) if values.dtype.kind == "U" else values for name, values in events.items()}


def _check(connection: "DuckDBPyConnection", raw: str, events: Events, readings: list[Reading]) -> None:
    calls = ", ".join(
        f"count_if({reading.wrong}), min({reading.cell}) FILTER ({reading.wrong})" for reading in readings
    )
    found = connection.execute(f"SELECT {calls} FROM {raw}").fetchone() or ()  # noqa: S608 - quoted names
    faults = [
        f"column {reading.name!r}: {found[2 * place]} cells are not {reading.wanted}, such as {found[2 * place + 1]!r}"
        for place, reading in enumerate(readings)
        if found[2 * place]
    ]
    if faults:
        raise DataError("\n  ".join([f"{told(events)} cannot be used; correct these cells:", *faults]))


def _make(connection: "DuckDBPyConnection", table: str, readings: list[Reading], absent: list[str]) -> None:
    read = [f"{reading.value} AS {reading.target}" for reading in readings]
    created = "greatest(created, time)" if any(one.target == "created" for one in readings) else "time"
    others = [target for target in (one.target for one in readings) if target not in {"entity", "time", "created"}]
    names = ["number", "entity", "time", f"{created} AS created", *others, *(one.rpartition(" ")[2] for one in absent)]
    connection.execute(
        f"CREATE TABLE {table} AS SELECT {', '.join(names)} FROM "  # noqa: S608 - quoted names
        f"(SELECT row_number() OVER () - 1 AS number, {', '.join([*read, *absent])} FROM {table}_raw)"
    )


def column_place(view: FeatureView, name: str) -> str:
    """Return the column of the tables that holds a column of the view."""
    return f"c{[column.name for column in view.columns].index(name)}"


def quoted_raw(view: FeatureView, columns: list[str]) -> list[str]:
    """Return raw columns that the view does not name, as SQL writes them: labels, for instance."""
    own = {view.entity, view.time, view.created, *(column.name for column in view.columns)}
    return [quoted(name) for name in columns if name not in own]
