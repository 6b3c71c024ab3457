"""The whole numbers of every feature and row, computed in DuckDB as of each row's moment."""

from typing import TYPE_CHECKING

from netwright.features.aggregations.aggregation import Scope
from netwright.features.bound_view import BoundFeature, BoundView
from netwright.features.history import column_place
from netwright.features.scopes import FrameScope, PairScope

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def term_names(bound: BoundView) -> list[list[tuple[str, str]]]:
    """Return, for each feature, the names of its terms and of the columns that hold them in the table `terms`."""
    return [
        [(name, f"f{place}_{name}") for name in one.aggregation.terms("x", PairScope(one.window))]
        for place, one in enumerate(bound.features)
    ]


def compute_terms(connection: "DuckDBPyConnection", bound: BoundView, asks: str) -> None:
    """Make the table `terms`: `number` of the row, and the terms of every feature as BIGINT.

    Window frames and ASOF joins do the work where every event arrived at once. Rows between the time of a late event
    and its arrival would see it too early there: these are computed again, pair by pair.

    Args:
        connection: The database, with the events and the rows in tables that `load_events` made.
        bound: The view.
        asks: The table of the rows; `events` where the events themselves are the rows.
    """
    _number_entities(connection, asks)
    late = _late_rows(connection, bound, asks)
    _by_frames(connection, bound, asks)
    if late:
        _by_pairs(connection, bound, asks)


def _number_entities(connection: "DuckDBPyConnection", asks: str) -> None:
    """Give every entity a number, `who`: joining and sorting by numbers takes half the time that texts take."""
    connection.execute(
        "CREATE TABLE entities AS SELECT entity, (row_number() OVER ())::INTEGER AS who "
        "FROM (SELECT DISTINCT entity FROM events)"
    )
    for table in dict.fromkeys(("events", asks)):
        # a row of an entity without events keeps NULL, which equals nothing
        numbered = f"SELECT t.*, who FROM {table} t LEFT JOIN entities USING (entity)"  # noqa: S608 - names of ours
        connection.execute(f"CREATE TABLE numbered AS {numbered}")
        connection.execute(f"DROP TABLE {table}")
        connection.execute(f"ALTER TABLE numbered RENAME TO {table}")


def _late_rows(connection: "DuckDBPyConnection", bound: BoundView, asks: str) -> bool:
    connection.execute(f"""
        CREATE TABLE late_rows AS SELECT DISTINCT m.number FROM {asks} m JOIN events e ON m.who = e.who
        AND e.created > e.time AND m.time > e.time AND m.time <= e.created AND m.time <= e.time + {bound.longest}
    """)  # noqa: S608 - names of ours
    return bool(connection.execute("SELECT count(*) FROM late_rows").fetchall()[0][0])


def _by_frames(connection: "DuckDBPyConnection", bound: BoundView, asks: str) -> None:
    joins: dict[str, str] = {}
    terms = [
        term
        for place, one in enumerate(bound.features)
        for term in _terms(bound, place, one, "m", FrameScope(one.window, joins))
    ]
    columns = [f"c{place}" for place in range(len(bound.view.columns))]
    if asks == "events":
        moments = "(SELECT *, time AS happened FROM events)"
    else:
        held = "".join(f", {column}" for column in columns)
        empty = "".join(f", NULL AS {column}" for column in columns)
        moments = (
            f"(SELECT NULL AS number, who, time, time AS happened{held} FROM events UNION ALL BY NAME "  # noqa: S608
            f"SELECT number, who, time, NULL AS happened{empty} FROM {asks})"
        )
    joined = "".join(
        f" ASOF LEFT JOIN ({_values_of(column)}) {name} ON m.who = {name}.who AND m.time > {name}.time"
        for column, name in joins.items()
    )
    selected = f"SELECT m.number, {', '.join(terms)} FROM {moments} m{joined}"  # noqa: S608 - names of ours
    connection.execute(f"CREATE TABLE terms AS FROM ({selected}) WHERE number IS NOT NULL")


def _values_of(column: str) -> str:
    """Return the SQL of the one value that counts at each entity's times: among equal times, the largest."""
    if column == "m.happened":
        return "SELECT who, time, time AS value FROM events"
    name = column.removeprefix("m.")
    return f"SELECT who, time, max({name}) AS value FROM events WHERE {name} IS NOT NULL GROUP BY who, time"  # noqa: S608


def _by_pairs(connection: "DuckDBPyConnection", bound: BoundView, asks: str) -> None:
    terms = [
        term
        for place, one in enumerate(bound.features)
        for term in _terms(bound, place, one, "e", PairScope(one.window))
    ]
    connection.execute("DELETE FROM terms WHERE number IN (FROM late_rows)")
    connection.execute(f"""
        INSERT INTO terms SELECT m.number, {", ".join(terms)}
        FROM (SELECT * FROM {asks} WHERE number IN (FROM late_rows)) m
        LEFT JOIN (SELECT *, time AS happened FROM events) e ON m.who = e.who AND e.time < m.time
        AND e.time >= m.time - {bound.longest} AND e.created < m.time GROUP BY m.number
    """)  # noqa: S608 - names of ours


def _terms(bound: BoundView, place: int, one: BoundFeature, table: str, scope: Scope) -> list[str]:
    column = f"{table}.happened" if one.column is None else f"{table}.{column_place(bound.view, one.column.name)}"
    terms = one.aggregation.terms(column, scope)
    return [f"CAST({sql} AS BIGINT) AS f{place}_{name}" for name, sql in terms.items()]
