import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.features.histories import AS_DRAWN, EVENTS, VIEW, as_columns, as_rows, same, slow

from netwright.features import training_join as joining
from netwright.features.database import Resources
from netwright.features.training_join import training_join
from netwright.records.errors import DataError
from netwright.records.feature_view import Feature, FeatureView, NumberColumn

SMALL = Resources(memory=200_000_000, threads=1)


@AS_DRAWN
@given(EVENTS)
def test_it_agrees_with_a_slow_computation(events):
    columns = as_columns(events)
    joined, rows = training_join(VIEW, columns, resources=SMALL), as_rows(columns)
    for place, row in enumerate(rows):
        for name, value in slow(VIEW, rows, row["card"], row["time"], row["amount"]).items():
            assert same(joined[name][place].item(), value), (place, name)


@AS_DRAWN
@given(EVENTS, st.lists(st.tuples(st.sampled_from("abz"), st.integers(0, 250)), min_size=1, max_size=8))
def test_rows_that_are_no_events_agree_too(events, asked):
    columns = as_columns(events)
    asks = {
        "card": np.array([card for card, _ in asked]),
        "time": np.array([time / 2 for _, time in asked]),
        "amount": np.full(len(asked), 3.0),
        "shop": np.full(len(asked), "x"),
    }
    joined, rows = training_join(VIEW, columns, asks, SMALL), as_rows(columns)
    for place, (card, time) in enumerate(asked):
        for name, value in slow(VIEW, rows, card, time / 2, 3.0).items():
            assert same(joined[name][place].item(), value), (place, name)


@AS_DRAWN
@given(EVENTS, st.integers(0, 200))
def test_what_comes_after_a_moment_changes_nothing_before_it(events, half):
    moment = half / 2
    columns = as_columns(events)
    before = (columns["time"] < moment) & (columns["created"] < moment)
    if not before.any():
        return
    asks = {name: values[:1] for name, values in columns.items() if name != "created"} | {"time": np.array([moment])}
    everything = training_join(VIEW, columns, asks, SMALL)
    past = training_join(VIEW, {name: values[before] for name, values in columns.items()}, asks, SMALL)
    assert all(same(everything[name][0].item(), past[name][0].item()) for name in past)


def test_a_planted_leak_is_caught(monkeypatch):
    # the frame ends at the row itself: events of the same moment are seen
    from netwright.features import scopes

    def leaking(self, call):
        return (
            f"{call} OVER (PARTITION BY m.who ORDER BY m.time RANGE BETWEEN {self._window} PRECEDING AND CURRENT ROW)"
        )

    monkeypatch.setattr(scopes.FrameScope, "over", leaking)
    columns = as_columns([("a", 1.0, 0.0, 5.0, "x"), ("a", 2.0, 0.0, 6.0, "y")])
    joined, rows = training_join(VIEW, columns, resources=SMALL), as_rows(columns)
    expected = slow(VIEW, rows, "a", 2.0, 6.0)
    assert joined["count 3.0"][1] == 2.0 != expected["count 3.0"]


def test_a_late_event_is_not_seen_before_it_arrived():
    columns = as_columns([("a", 1.0, 9.0, 5.0, "x"), ("a", 5.0, 0.0, 6.0, "y"), ("a", 11.0, 0.0, 7.0, "x")])
    joined = training_join(VIEW, columns, resources=SMALL)
    assert joined["count 20.0"].tolist() == [0.0, 0.0, 2.0]
    assert joined["last 20.0"].tolist()[2] == 6.0
    # it arrived 10 s after the epoch: at that very moment it is not seen yet
    asks = {
        "card": np.array(["a", "a"]),
        "time": np.array([10.0, 10.000001]),
        "amount": np.zeros(2),
        "shop": np.array(["", ""]),
    }
    assert training_join(VIEW, columns, asks, SMALL)["count 20.0"].tolist() == [1.0, 2.0]


def test_rows_come_in_the_order_they_were_asked_in_whatever_the_chunks(monkeypatch):
    random = np.random.default_rng(0)
    columns = as_columns([("ab"[i % 2], float(random.integers(0, 100)), 0.0, float(i), "x") for i in range(50)])
    whole = training_join(VIEW, columns, resources=SMALL)
    monkeypatch.setattr(joining, "CHUNK", 7)
    parts = training_join(VIEW, columns, resources=SMALL)
    assert whole.keys() == parts.keys()
    assert all(np.array_equal(whole[name], parts[name], equal_nan=whole[name].dtype.kind == "f") for name in whole)
    assert np.array_equal(whole["ln amount"], [math.log1p(i) for i in range(50)])


def test_large_amounts_lose_nothing():
    view = FeatureView(
        name="v", entity="card", time="time", ttl=1e6, columns=(NumberColumn(name="amount"),),
        features=(Feature(name="std", aggregation="std", column="amount"),),
    )  # fmt: skip
    # a difference of a cent on top of a billion: squares cancel in floating point
    amounts = [1e9, 1e9 + 0.01, 1e9]
    columns = {"card": np.array(["a"] * 3), "time": np.arange(3.0), "amount": np.array(amounts)}
    assert training_join(view, columns)["std"][2] == pytest.approx(math.sqrt(0.5) / 100, rel=1e-12)


def test_an_entity_with_too_many_events_is_told(monkeypatch):
    monkeypatch.setattr(joining, "MOST_EVENTS", 2)
    with pytest.raises(DataError, match="'a' has 3 events"):
        training_join(VIEW, as_columns([("a", 1.0, 0.0, 5.0, "x")] * 3))
