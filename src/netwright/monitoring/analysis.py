"""The telemetry in DuckDB, for whoever wants to ask it something with SQL."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from netwright.monitoring.store import Store
from netwright.records.errors import MissingExtraError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_BATCH = 50_000
_TABLES = {
    "events": {
        "id": "VARCHAR", "time": "DOUBLE", "version": "VARCHAR", "model": "VARCHAR", "route": "VARCHAR",
        "status": "INTEGER", "predicted": "INTEGER", "confidence": "DOUBLE", "latency": "DOUBLE", "boot": "VARCHAR",
        "features": "FLOAT[]",
    },
    "labels": {"id": "VARCHAR", "label": "INTEGER", "time": "DOUBLE", "source": "VARCHAR"},
    "losses": {"boot": "VARCHAR", "accepted": "BIGINT", "stored": "BIGINT", "lost": "BIGINT", "time": "DOUBLE"},
}  # fmt: skip


def telemetry_tables(path: Path) -> "DuckDBPyConnection":
    """Return a DuckDB connection with the tables `events`, `labels` and `losses` of a telemetry.

    They are a copy in memory, as the telemetry is now: about 150 bytes an event, and 4 for each watched number; samples
    stay where they are. `features` is a list of numbers. What is analysed disturbs no service. (DuckDB's own extension
    for SQLite files would have to be fetched from the internet.)

    Args:
        path: The store's file.

    Returns:
        The connection.

    Raises:
        MissingExtraError: DuckDB is not installed.
    """
    try:
        import duckdb
    except ImportError as error:
        raise MissingExtraError("telemetry in DuckDB", "monitor") from error
    connection = duckdb.connect()
    with Store.to_read(path) as store:
        for table, kinds in _TABLES.items():
            connection.execute(f"CREATE TABLE {table} ({', '.join(f'{name} {kinds[name]}' for name in kinds)})")
            names, place = ", ".join(kinds), 0
            query = f"SELECT rowid, {names} FROM {table} WHERE rowid > ? ORDER BY rowid LIMIT {_BATCH}"  # noqa: S608
            while rows := store.read(query, (place,)):
                columns = zip(*rows, strict=True)
                (*_, place), *others = columns
                held = {name: _column(values, kinds[name]) for name, values in zip(kinds, others, strict=True)}
                connection.register("part", held)
                connection.execute(f"INSERT INTO {table} SELECT {names} FROM part")  # noqa: S608
                connection.unregister("part")
    return connection


def _column(values: Sequence[Any], kind: str) -> NDArray[Any]:
    """Return a column as an array that DuckDB reads: NaN where a number is missing, None elsewhere."""
    if kind == "DOUBLE":
        return np.array([np.nan if value is None else value for value in values], np.float64)
    if kind in {"INTEGER", "BIGINT"}:
        return np.array(values, np.int64)
    column = np.empty(len(values), object)
    column[:] = [_numbers(value) for value in values] if kind == "FLOAT[]" else values
    return column


def _numbers(value: bytes) -> list[float] | None:
    return np.frombuffer(value, "<f4").tolist() if value and len(value) % 4 == 0 else None
