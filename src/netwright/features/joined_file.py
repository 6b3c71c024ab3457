"""Training rows as a file: what was asked for, its features, and the columns beside them, such as labels."""

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from netwright.features.bound_view import bind
from netwright.features.database import Resources, opened, quoted
from netwright.features.history import Events
from netwright.features.training_join import finished_rows, prepare_rows
from netwright.records.errors import InputError, StorageError
from netwright.records.feature_view import FeatureView

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

FORMATS = {".parquet": "FORMAT parquet", ".csv": "FORMAT csv, HEADER"}
_TIME = "event_timestamp"


def write_joined(
    view: FeatureView, events: Events, out: Path, asks: Events | None = None, resources: Resources | None = None
) -> int:
    """Write the rows of the training join to a Parquet or CSV file, whole or not at all.

    Its columns are the entity, `event_timestamp` (UTC), the view's features and what it passes on, and the columns of
    the rows that the view does not name.

    Args:
        view: The features.
        events: What happened, in any order.
        out: The file, .parquet or .csv; one that is there is replaced at the end.
        asks: Entities and moments that rows are asked for; None for the events themselves.
        resources: What the database may use.

    Returns:
        How many rows there are.

    Raises:
        InputError: The file's name ends otherwise, or two columns would have one name.
        StorageError: The file cannot be written.
    """
    check_out(out)
    bound = bind(view)
    with opened(resources or Resources()) as connection:
        prepare_rows(connection, bound, events, asks)
        table = "events" if asks is None else "asks"
        _check_names(view, beside := _beside(connection, view, table))
        count = 0
        for first, columns in finished_rows(connection, bound):
            rows = {
                name: values.astype(object) if values.dtype.kind == "U" else values for name, values in columns.items()
            }
            size = len(next(iter(rows.values())))
            # a name that no column of the row has, since it is no printable text
            connection.register("part", {**rows, "\x01number": np.arange(first, first + size)})
            connection.execute("INSERT INTO finished FROM part" if first else "CREATE TABLE finished AS FROM part")
            connection.unregister("part")
            count += size
        names = [f"f.{quoted(name)}" for name in view.row]
        others = "".join(f", r.{quoted(name)}" for name in beside)
        selected = (
            f"SELECT a.entity AS {quoted(view.entity)}, make_timestamp(a.time) AS {_TIME}, {', '.join(names)}{others} "  # noqa: S608
            f'FROM asked a JOIN finished f ON a.number = f."\x01number" '
            f'JOIN (SELECT *, row_number() OVER () - 1 AS "\x01place" FROM {table}_raw) r ON a.number = r."\x01place" '
            "ORDER BY a.number"
        )
        _copy(connection, selected, out)
    return count


def check_out(out: Path) -> None:
    """Raise InputError where a file could not be written under this name, before any work is done."""
    if out.suffix.lower() not in FORMATS:
        raise InputError(f"{out} ends neither in .parquet nor in .csv; choose one of them")
    if not out.parent.is_dir():
        raise InputError(f"{out.parent} is no folder; make it first")


def _beside(connection: "DuckDBPyConnection", view: FeatureView, table: str) -> list[str]:
    own = {name.casefold() for name in (view.entity, view.time, *(column.name for column in view.columns))}
    rows = connection.execute(f"DESCRIBE {table}_raw").fetchall()
    return [row[0] for row in rows if row[0].casefold() not in own]


def _check_names(view: FeatureView, beside: list[str]) -> None:
    made = [view.entity, _TIME, *view.row, *beside]
    folded = [name.casefold() for name in made]
    twice = [name for name in made if folded.count(name.casefold()) > 1]
    if twice:
        raise InputError(f"two columns of the file would be named {twice[0]!r}; rename one in the view or in the data")


def _copy(connection: "DuckDBPyConnection", selected: str, out: Path) -> None:
    try:
        with tempfile.TemporaryDirectory(dir=out.parent, prefix=f".{out.name}-") as place:
            new = Path(place, "new")
            name = "'" + str(new).replace("'", "''") + "'"
            connection.execute(f"COPY ({selected}) TO {name} ({FORMATS[out.suffix.lower()]})")
            with new.open("rb") as file:
                os.fsync(file.fileno())
            new.replace(out)
    except OSError as error:
        raise StorageError(f"could not write {out}: {error.strerror}; free space, or choose another folder") from error
