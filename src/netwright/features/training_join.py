"""Rows for training: every feature as it was known at each row's moment, and nothing that came after."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from netwright.features.bound_view import BoundView, bind
from netwright.features.database import Resources, opened
from netwright.features.history import Events, column_place, load_events
from netwright.features.quantities import MOST_EVENTS
from netwright.features.terms_query import compute_terms, term_names
from netwright.features.values import Numbers, Words, row_columns
from netwright.records.errors import DataError
from netwright.records.feature_view import FeatureView

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

CHUNK = 500_000
"""Rows that are finished at once."""


def training_join(
    view: FeatureView, events: Events, asks: Events | None = None, resources: Resources | None = None
) -> dict[str, Numbers | Words]:
    """Return the columns of rows, each as of its moment.

    Args:
        view: The features.
        events: What happened, in any order.
        asks: Entities and moments that rows are asked for, with the columns that the view passes on or compares with
            the past; None for the events themselves.
        resources: What the database may use.

    Returns:
        Name -> values (N,) in the order of `asks`: float64 with NaN where missing, or words.

    Source: point-in-time correctness as in Orr et al. 2021, "Managing ML Pipelines: Feature Stores and the Coming Wave
    of Embedding Ecosystems", VLDB 14(12).

    >>> from netwright.records.feature_view import Feature, NumberColumn
    >>> view = FeatureView(name="spent", entity="card", time="time", columns=(NumberColumn(name="amount"),), ttl=3600,
    ...     features=(Feature(name="payments", aggregation="count"),
    ...               Feature(name="spent", aggregation="sum", column="amount")))
    >>> events = {"card": np.array(["a", "b", "a", "a"]), "time": np.array([0.0, 5.0, 10.0, 10.0]),
    ...           "amount": np.array([1.5, 9.0, 2.0, 4.0])}
    >>> {name: values.tolist() for name, values in training_join(view, events).items()}
    {'payments': [0.0, 0.0, 1.0, 1.0], 'spent': [0.0, 0.0, 1.5, 1.5]}
    """
    bound = bind(view)
    with opened(resources or Resources()) as connection:
        prepare_rows(connection, bound, events, asks)
        parts = [columns for _, columns in finished_rows(connection, bound)]
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def prepare_rows(connection: "DuckDBPyConnection", bound: BoundView, events: Events, asks: Events | None) -> None:
    """Load events and rows, and compute the terms of every row.

    Args:
        connection: An empty database.
        bound: The view.
        events: What happened.
        asks: What is asked for; None for the events themselves.

    Raises:
        DataError: Events or rows are unsound, or an entity has more events in a window than can be summed exactly.
    """
    view = bound.view
    used = [one.column.name for one in bound.features if one.column]
    own = bound.own_columns
    load_events(connection, "events", events, view, tuple(dict.fromkeys([*used, *(own if asks is None else ())])))
    busiest = connection.execute("SELECT entity, count(*) AS n FROM events GROUP BY entity ORDER BY n DESC LIMIT 1")
    entity, count = busiest.fetchall()[0]
    if count > MOST_EVENTS:
        raise DataError(
            f"{entity!r} has {count} events, more than the {MOST_EVENTS} that are summed exactly; leave it out"
        )
    table = "events"
    if asks is not None:
        table = "asks"
        load_events(connection, table, asks, view, own)
    compute_terms(connection, bound, table)
    connection.execute(f"CREATE VIEW asked AS FROM {table}")


def finished_rows(
    connection: "DuckDBPyConnection", bound: BoundView
) -> Iterator[tuple[int, dict[str, Numbers | Words]]]:
    """Yield (number of the first row, columns) of the rows that `prepare_rows` computed, in their order."""
    names = term_names(bound)
    held = [column for terms in names for _, column in terms]
    own = {name: column_place(bound.view, name) for name in bound.own_columns}
    count = connection.execute("SELECT count(*) FROM asked").fetchall()[0][0]
    selected = ", ".join(["a.time", *(f"t.{column}" for column in held), *(f"a.{place}" for place in own.values())])
    for first in range(0, count, CHUNK):
        found = connection.execute(
            f"SELECT {selected} FROM asked a JOIN terms t USING (number) "  # noqa: S608 - names of ours
            f"WHERE number >= {first} AND number < {first + CHUNK} ORDER BY number"
        ).fetchnumpy()
        terms = [{name: _numbers(found[column]) for name, column in feature} for feature in names]
        mine = {name: _own(found[place]) for name, place in own.items()}
        yield first, row_columns(bound, terms, np.asarray(found["time"], np.int64), mine)


def _numbers(values: NDArray[Any]) -> Numbers:
    floats: Numbers = np.ma.getdata(values).astype(np.float64)
    return np.where(np.ma.getmaskarray(values), np.nan, floats)


def _own(values: NDArray[Any]) -> Numbers | Words:
    if values.dtype.kind == "i":
        return _numbers(values)
    # an empty or missing word is NULL in the table
    return np.array([word or "" for word in values.tolist()], np.str_)
