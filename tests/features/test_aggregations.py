"""What every aggregation owes: the same whole numbers from the database and from a list, through frames and pairs."""

import numpy as np
import pytest
from tests.features.histories import as_columns

from netwright.features.aggregations.aggregation import Moment, Seen
from netwright.features.aggregations.catalog import AGGREGATIONS, find_aggregation
from netwright.features.database import Resources
from netwright.features.replay import check_view
from netwright.features.training_join import training_join
from netwright.records.errors import InputError
from netwright.records.feature_view import Feature, FeatureView, NumberColumn

NAMES = sorted(AGGREGATIONS)


def view_of(name):
    column = None if AGGREGATIONS[name].takes == "events" else "amount"
    return FeatureView(
        name="one", entity="card", time="time", created="created", columns=(NumberColumn(name="amount"),),
        features=tuple(
            Feature(name=f"{name} {window}", aggregation=name, column=column, window=window) for window in (2.0, None)
        ),
        ttl=30.0,
    )  # fmt: skip


def history(late):
    random = np.random.default_rng(3)
    cards, times, delays = "ab" * 30, random.integers(0, 60, 60) / 2, late * random.integers(0, 5, 60)
    amounts = random.choice([1.5, -2.25, np.nan, 7.0], 60)
    columns = as_columns(list(zip(cards, times, delays, amounts, "x" * 60, strict=True)))
    return {name: columns[name] for name in ("card", "time", "created", "amount")}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("late", [0.0, 1.0])
def test_the_service_agrees_with_training(name, late):
    found = check_view(view_of(name), history(late), Resources(200_000_000, 1))
    assert (found.rows, found.values, found.different) == (60, 120, 0)


@pytest.mark.parametrize("name", NAMES)
def test_pairs_agree_with_frames(name, monkeypatch):
    # the same history computed by both ways of the database: every row is taken for a late one
    columns = history(late=0.0)
    frames = training_join(view_of(name), columns)
    from netwright.features import terms_query

    def all_late(connection, bound, asks):
        connection.execute(f"CREATE TABLE late_rows AS SELECT number FROM {asks}")
        return True

    monkeypatch.setattr(terms_query, "_late_rows", all_late)
    pairs = training_join(view_of(name), columns)
    assert all(np.array_equal(frames[column], pairs[column], equal_nan=True) for column in frames)


@pytest.mark.parametrize("name", NAMES)
def test_nothing_seen_is_zero_or_missing_and_never_an_error(name):
    state = AGGREGATIONS[name].state(Seen(0, [], []))
    terms = {term: np.array([np.nan if value is None else float(value)]) for term, value in state.items()}
    value = AGGREGATIONS[name].value(terms, Moment(np.array([5]), np.array([np.nan]), 100.0))
    assert value.tolist()[0] == 0.0 or np.isnan(value).all()
    assert np.isnan(value).all() == (name not in {"count", "sum", "distinct"})


def test_an_unknown_aggregation_tells_the_nearest():
    with pytest.raises(InputError, match="Did you mean mean"):
        find_aggregation("meen")
