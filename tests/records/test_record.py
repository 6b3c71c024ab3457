"""Records: frozen, closed, JSON there and back, printed as tables."""

import math

import pytest
from pydantic import ValidationError

from netwright.records.measurement import Conditions, Measurement
from netwright.records.record import Record


def _measurement(value: float) -> Measurement:
    conditions = Conditions(hardware="<two> cores", versions={"torch": "2.13.0"}, seed=1)
    return Measurement(quality="accuracy", value=value, low=0.7, high=0.9, n=500, unit="ratio", conditions=conditions)


@pytest.mark.parametrize("value", [0.8, math.inf, -math.inf])
def test_json_there_and_back(value):
    record = _measurement(value)
    assert Measurement.from_json(record.to_json()) == record


def test_nan_survives_json():
    assert math.isnan(Measurement.from_json(_measurement(math.nan).to_json()).value)


def test_records_cannot_be_changed():
    with pytest.raises(ValidationError, match="frozen"):
        _measurement(0.8).value = 0.9


def test_unknown_fields_are_refused():
    class Point(Record):
        x: float

    with pytest.raises(ValidationError, match="y"):
        Point.model_validate({"x": 1.0, "y": 2.0})


def test_a_measurement_prints_its_interval_count_and_conditions():
    header, row = str(_measurement(0.8)).splitlines()
    assert header.split() == ["quality", "value", "90%", "interval", "n", "threads", "hardware"]
    assert row.split() == ["accuracy", "0.8", "0.7", "to", "0.9", "500", "1", "<two>", "cores"]


def test_the_notebook_form_escapes():
    html = _measurement(0.8)._repr_html_()
    assert "&lt;two&gt; cores" in html
    assert "<two>" not in html
