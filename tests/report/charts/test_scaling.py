import pytest

from netwright.report.charts.scaling import curve_rows, scaling_chart
from netwright.report.charts.theme import spec_of


def rows_with(spec, *keys):
    return [row for data in spec["datasets"].values() for row in data if set(keys) <= set(row)]


def test_curves_are_the_predictions_as_accuracies(study):
    curve = study.decision.assessment("mlp").curve
    rows = curve_rows("mlp", curve)
    for row in rows:
        error, low, high = curve.predict(row["n"])
        assert row["accuracy"] == pytest.approx(1 - error, abs=2e-4)
        assert (row["low"], row["high"]) == pytest.approx((1 - high, 1 - low), abs=2e-4)


def test_curves_reach_from_the_first_size_to_four_times_the_last(study):
    rows = curve_rows("mlp", study.decision.assessment("mlp").curve)
    by_part = {part: [row["n"] for row in rows if row["part"] == part] for part in ("measured", "extrapolated")}
    assert (min(by_part["measured"]), max(by_part["measured"])) == (125, 2000)
    assert (min(by_part["extrapolated"]), max(by_part["extrapolated"])) == (2000, 8000)


def test_every_measured_accuracy_is_a_dot(study):
    spec = spec_of(scaling_chart(study.decision, study.results))
    assert len(rows_with(spec, "seed", "accuracy")) == 88


def test_names_are_apart_and_only_of_coloured_candidates(large_study):
    spec = spec_of(scaling_chart(large_study.decision, large_study.results))
    names = next(layer for layer in spec["layer"] if layer.get("name") == "names")
    rows = spec["datasets"][names["data"]["name"]]
    assert len(rows) == 7


def test_a_constraint_on_accuracy_is_drawn(study):
    texts = [row["text"] for row in rows_with(spec_of(scaling_chart(study.decision, ())), "text")]
    assert texts == ["required: ≥ 0.80"]


def test_a_single_size_without_a_curve_is_drawn_as_dots(patchy_study):
    spec = spec_of(scaling_chart(patchy_study.decision, patchy_study.results))
    assert len(rows_with(spec, "seed", "accuracy")) == 1
    assert rows_with(spec, "part") == []


def test_no_accuracy_no_drawing(failed_study):
    assert scaling_chart(failed_study.decision, failed_study.results) is None
