import numpy as np
import pytest
from tests.features.histories import VIEW as EVERYTHING
from tests.features.histories import same

from netwright.data import payments
from netwright.data.payments_view import VIEW
from netwright.features.online_features import OnlineFeatures
from netwright.features.online_store import OnlineStore
from netwright.features.training_join import training_join
from netwright.records.errors import InputError, RequestError

NOW = 1_800_000_000.0


def words(*values):
    held = np.empty(len(values), object)
    held[:] = [value.encode() for value in values]
    return held


def as_tensors(columns, rows):
    return {
        name: words(*values[rows].tolist()) if values.dtype.kind == "U" else values[rows]
        for name, values in columns.items()
    }


@pytest.fixture
def service(tmp_path):
    features = OnlineFeatures(VIEW, OnlineStore(tmp_path / "store.db", VIEW), clock=lambda: NOW)
    yield features
    features.close()


@pytest.mark.parametrize("at_once", [1, 37])
def test_requests_of_raw_payments_become_the_rows_of_training(service, at_once):
    raw, _ = payments.history(400, 12, seed=2)
    raw = {name: values for name, values in raw.items() if name not in {"age", "region"}}
    expected = training_join(VIEW, raw)
    for first in range(0, 400, at_once):
        rows = slice(first, first + at_once)
        served = service.enrich(as_tensors(raw, rows))
        assert served.keys() == expected.keys()
        for name, values in expected.items():
            got = [value.decode() if isinstance(value, bytes) else value for value in served[name].tolist()]
            assert all(same(*pair) for pair in zip(values[rows].tolist(), got, strict=True)), name


def test_what_a_request_leaves_out_is_missing_and_its_time_is_now(service):
    service.enrich({"card": words("a"), "time": np.array([NOW - 60.0]), "amount": np.array([10.0])})
    served = service.enrich({"card": words("a"), "amount": np.array([20.0])})
    assert served["payments in 1 h"].tolist() == [1.0]
    assert served["ln amount to usual"] == pytest.approx(np.log1p(2.0))
    assert np.isnan(served["ln km from home"]).all()
    assert served["merchant"].tolist() == [b""]


def test_only_what_the_form_asks_for_comes_back_and_other_columns_of_it_pass(tmp_path):
    with OnlineStore(tmp_path / "store.db", VIEW) as store:
        features = OnlineFeatures(VIEW, store, columns=("payments in 24 h", "merchant", "weather"))
        served = features.enrich({"card": words("a"), "merchant": words("fuel"), "weather": words("rain")})
        assert {name: values.tolist() for name, values in served.items()} == {
            "payments in 24 h": [0.0], "merchant": [b"fuel"], "weather": [b"rain"],
        }  # fmt: skip


def test_a_column_can_be_a_source_and_asked_for_as_it_is(tmp_path):
    with OnlineStore(tmp_path / "store.db", VIEW) as store:
        features = OnlineFeatures(VIEW, store, columns=("amount", "ln amount"), clock=lambda: NOW)
        served = features.enrich({"card": words("a"), "amount": np.array([3.0])})
        assert served["amount"].tolist() == [3.0]
        assert served["ln amount"] == pytest.approx(np.log1p(3.0))


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"card": None}, "'card' is missing"),
        ({"card": words("")}, "name of an entity"),
        ({"card": np.array([1.0])}, "'card' is of float64"),
        ({"card": np.array(["a"], object)}, "give bytes"),
        ({"card": np.array([b"\xff"], object)}, "no UTF-8"),
        ({"amount": np.array([np.inf])}, "'amount' is inf"),
        ({"amount": np.array([1.0, 2.0])}, r"give FP64 \[1\]"),
        ({"amount": words("12")}, "'amount' is of object"),
        ({"time": np.array([1e200])}, "no time in seconds"),
        ({"colour": words("red")}, "no input 'colour'"),
        ({"card": words(), "amount": np.array([])}, "holds no event"),
    ],
)
def test_a_bad_request_is_refused_and_changes_nothing(service, changed, message):
    tensors = {"card": words("a"), "amount": np.array([1.0]), **changed}
    with pytest.raises(RequestError, match=message) as told:
        service.enrich({name: values for name, values in tensors.items() if values is not None})
    assert told.value.status == 400
    assert service.enrich({"card": words("a")})["payments in 24 h"].tolist() == [0.0]


def test_one_bad_event_of_many_refuses_all(service):
    times = np.array([NOW, np.inf])
    with pytest.raises(RequestError):
        service.enrich({"card": words("a", "a"), "time": times})
    assert service.enrich({"card": words("a")})["payments in 24 h"].tolist() == [0.0]


def test_the_specs_name_every_tensor_of_a_raw_payment(service):
    specs = {spec.name: (spec.datatype, spec.optional) for spec in service.specs()}
    assert specs["card"] == ("BYTES", False)
    assert specs["time"] == specs["amount"] == ("FP64", True)
    assert specs["merchant"] == ("BYTES", True)
    assert len(specs) == 2 + len(VIEW.columns)


def test_old_events_are_pruned_as_new_ones_come(tmp_path):
    with OnlineStore(tmp_path / "store.db", VIEW) as store:
        features = OnlineFeatures(VIEW, store, clock=lambda: NOW)
        days = np.arange(100) * 86_400.0
        for day in days.tolist():
            features.enrich({"card": words(f"c{day}"), "time": np.array([NOW - days[-1] + day])})
        assert store.count() == 32
        # a time in the far future prunes nothing that today needs
        features.enrich({"card": words("x"), "time": np.array([NOW + 1e9])})
        assert features.enrich({"card": words("c0.0")})["payments in 24 h"].tolist() == [0.0]


def test_a_store_of_another_view_is_refused(tmp_path):
    with OnlineStore(tmp_path / "store.db", VIEW) as store, pytest.raises(InputError, match="another view"):
        OnlineFeatures(EVERYTHING, store)
