"""A service that is asked with raw payments sees the rows that training saw."""

import numpy as np
import pytest

from netwright.data.encoding import learn_encoding
from netwright.features.online_store import OnlineStore
from netwright.records.errors import RequestError, StorageError
from netwright.records.feature_view import Feature, FeatureView, NumberColumn, Passed, WordColumn
from netwright.serving.forms.enriched_form import EnrichedForm
from netwright.serving.forms.row_form import RowForm

VIEW = FeatureView(
    name="small",
    entity="card",
    time="time",
    columns=(NumberColumn(name="amount", decimals=2), WordColumn(name="channel")),
    features=(
        Feature(name="payments in 1 h", aggregation="count", window=3600.0),
        Feature(name="spent in 1 h", aggregation="sum", column="amount", window=3600.0),
    ),
    passed=(Passed(name="amount", column="amount"), Passed(name="channel", column="channel")),
    ttl=86_400.0,
)
TAUGHT = {
    "payments in 1 h": np.array([0.0, 1.0, 2.0]),
    "spent in 1 h": np.array([0.0, 10.0, 30.0]),
    "amount": np.array([10.0, 20.0, 5.0]),
    "channel": np.array(["chip", "online", "chip"]),
}
ROW = RowForm(encoding=learn_encoding(TAUGHT)[0])


def words(*texts):
    held = np.empty(len(texts), object)
    held[:] = [text.encode() for text in texts]
    return held


def payment(card, at, amount, channel="chip"):
    return {
        "card": words(card), "time": np.array([at]), "amount": np.array([amount]), "channel": words(channel),
    }  # fmt: skip


@pytest.fixture
def form(tmp_path):
    store = OnlineStore(tmp_path / "store.sqlite", VIEW)
    yield EnrichedForm(ROW, VIEW, store)
    store.close()


def test_each_payment_sees_those_before_it(form):
    spent = [form.inputs(payment("a", 1_000.0 + i, 10.0 * (i + 1)))[0] for i in range(3)]
    wanted = {
        "payments in 1 h": np.array([0.0, 1.0, 2.0]),
        "spent in 1 h": np.array([0.0, 10.0, 30.0]),
        "amount": np.array([10.0, 20.0, 30.0]),
        "channel": np.array(["chip", "chip", "chip"]),
    }
    assert np.allclose(spent, ROW.encoding.encode(wanted))
    assert np.allclose(form.inputs(payment("b", 1_100.0, 5.0))[0], ROW.inputs(ROW.tensors({
        "payments in 1 h": np.array([0.0]), "spent in 1 h": np.array([0.0]), "amount": np.array([5.0]),
        "channel": np.array(["chip"])}))[0])  # fmt: skip


def test_a_request_names_what_an_event_has(form):
    assert [spec.name for spec in form.specs()] == ["card", "time", "amount", "channel"]
    with pytest.raises(RequestError, match="'card' is missing"):
        form.inputs({"amount": np.array([1.0])})
    with pytest.raises(RequestError, match="no input 'spent in 1 h'"):
        form.inputs({**payment("a", 1.0, 1.0), "spent in 1 h": np.array([0.0])})


def test_a_kept_event_is_the_event(form):
    given = payment("a", 5.0, 2.5, "online")
    again = form.kept(form.keep(given, 0))
    assert {name: values.tolist() for name, values in again.items()} == {
        name: values.tolist() for name, values in given.items()
    }


def test_a_store_that_cannot_be_written_is_no_fault_of_the_request(form, monkeypatch):
    def full(_):
        raise StorageError("the disk is full")

    monkeypatch.setattr(form._features, "enrich", full)
    with pytest.raises(RequestError, match="full") as caught:
        form.inputs(payment("a", 1.0, 1.0))
    assert caught.value.status == 503
