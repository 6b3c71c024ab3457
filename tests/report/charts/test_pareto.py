import pytest

from netwright.records.scenario import Preferences
from netwright.report.charts.pareto import pareto_chart, traded_pair
from netwright.report.charts.theme import spec_of
from netwright.report.palette import GREY


def rows_of(decision):
    spec = spec_of(pareto_chart(decision))
    return {row["name"]: row for data in spec["datasets"].values() for row in data if "status" in row}


def preferring(decision, *order):
    return decision.model_copy(
        update={"scenario": decision.scenario.model_copy(update={"preferences": Preferences(order=order)})}
    )


@pytest.mark.parametrize(
    ("order", "up", "across"),
    [
        (("accuracy", "training_time"), "accuracy", "training_time"),
        (("accuracy",), "accuracy", "latency.p99"),
        (("unknown", "size"), "size", "accuracy"),
    ],
)
def test_the_two_that_matter_most_are_drawn(study, order, up, across):
    pair = traded_pair(preferring(study.decision, *order))
    assert (pair.up.name, pair.across.name) == (up, across)


def test_points_have_their_intervals_in_the_unit_of_the_axis(study):
    row = rows_of(study.decision)["resnet-small"]
    assert (row["x"], row["x_low"], row["x_high"]) == pytest.approx((4.2, 3.78, 4.62))
    assert row["x_text"] == "Latency, p99 4.2 ms (3.78–4.62 ms)"


def test_rejected_ones_are_grey(study):
    rows = rows_of(study.decision)
    grey = {name for name, row in rows.items() if row["colour"] == GREY.light}
    assert grey == {"random-forest", "googlenet-small"}


def test_an_interval_that_is_not_known_is_no_longer_than_its_point(study):
    nan = float("nan")
    first = study.decision.candidates[0]
    bare = tuple(m.model_copy(update={"low": nan, "high": nan}) for m in first.measurements)
    candidates = (first.model_copy(update={"measurements": bare}), *study.decision.candidates[1:])
    row = rows_of(study.decision.model_copy(update={"candidates": candidates}))[first.name]
    assert row["x_low"] == row["x"] == row["x_high"]


def test_what_lacks_a_quality_is_left_out(study):
    first, *others = study.decision.candidates
    candidates = (first.model_copy(update={"measurements": first.measurements[:1]}), *others)
    assert first.name not in rows_of(study.decision.model_copy(update={"candidates": candidates}))


def test_nothing_to_trade_no_drawing(failed_study, patchy_study):
    assert pareto_chart(failed_study.decision) is None
    assert pareto_chart(patchy_study.decision) is None


def test_only_the_knee_bears_a_ring(complete_study, study):
    rows = rows_of(complete_study.decision)
    assert [name for name, row in rows.items() if row["knee"]] == ["mlp"]
    assert len(pareto_chart(complete_study.decision).layer) == len(pareto_chart(study.decision).layer) + 1
