import pytest
from hypothesis import given
from tests.features.histories import AS_DRAWN, EVENTS, VIEW, as_columns

from netwright.data import payments
from netwright.data.payments_view import VIEW as PAYMENTS
from netwright.features.aggregations.since import Since
from netwright.features.database import Resources
from netwright.features.replay import check_view

SMALL = Resources(memory=200_000_000, threads=1)


@AS_DRAWN
@given(EVENTS)
def test_training_and_serving_agree_on_every_value_of_any_history(events):
    found = check_view(VIEW, as_columns(events), SMALL)
    columns = len(VIEW.features) + len(VIEW.passed)
    assert (found.rows, found.values) == (len(events), len(events) * columns)
    assert (found.different, found.largest, found.first) == (0, 0.0, "")


def raw_payments(count):
    raw, _ = payments.history(count, 60, seed=5)
    return {name: values for name, values in raw.items() if name not in {"age", "region"}}


def test_they_agree_on_payments():
    found = check_view(PAYMENTS, raw_payments(3_000))
    assert (found.rows, found.different, found.largest) == (3_000, 0, 0.0)


@pytest.mark.slow
def test_they_agree_on_all_payments():
    raw, _ = payments.history(150_000, 8_000, seed=21)
    found = check_view(PAYMENTS, {name: values for name, values in raw.items() if name not in {"age", "region"}})
    assert (found.rows, found.different, found.largest) == (150_000, 0, 0.0)


def test_a_difference_is_found_and_told(monkeypatch):
    # the service forgets the newest event
    right = Since.state
    monkeypatch.setattr(Since, "state", lambda self, seen: right(self, type(seen)(seen.events, seen.times[:-1], [])))
    columns = as_columns([("a", 1.0, 0.0, 5.0, "x"), ("a", 2.0, 0.0, 5.0, "x"), ("a", 4.0, 0.0, 5.0, "x")])
    found = check_view(VIEW, columns, SMALL)
    assert found.different == 6
    assert found.largest == 1.0
    assert found.first == "row 1, 'since 3.0': 1.0 in training, nan in the service"
