import pytest
from watched_training import (
    make_alarmed,
    make_diverged,
    make_dynamics,
    make_lawless,
    make_series,
    make_without_symmetry,
)

from netwright.report.dynamics_headline import dynamics_facts, dynamics_headline, verdict, worst_of


@pytest.fixture(scope="module")
def healthy():
    return make_dynamics()


def test_a_training_that_obeys_is_told_with_its_figures(healthy):
    assert dynamics_headline(healthy) == "Training does what theory says"
    said = verdict(healthy)
    charges = sum(series.count for series in healthy.series)
    assert (
        f"Over 2,000 steps of {healthy.optimizer}, {charges:,} charges of 14 families stayed within 4.0 × 10⁻⁵" in said
    )
    assert "0.0016 of continuous theory" in said


def test_alarms_come_before_everything_else(healthy):
    alarmed = make_alarmed(healthy)
    assert dynamics_headline(alarmed) == "9 alarms: frozen layer, BatchNorm in eval"
    assert "left the exact law of each step by up to 0.20 and continuous theory by up to 0.0016" in verdict(alarmed)
    facts = {fact.name: fact for fact in dynamics_facts(alarmed)}
    assert (facts["Alarms"].value, facts["Alarms"].below, facts["Alarms"].kind) == (
        "9",
        "the first after 12 steps",
        "fail",
    )
    assert facts["Exact law off by"].kind == "fail"


def test_a_departure_from_theory_is_told_without_an_alarm_too(healthy):
    silent = make_alarmed(healthy).model_copy(update={"alarms": ()})
    assert dynamics_headline(silent) == "Training departs from theory"
    assert worst_of(silent.series).place == "fc2 to fc3"


def test_an_optimizer_without_a_law_is_not_said_to_obey(healthy):
    lawless = make_lawless(healthy)
    assert dynamics_headline(lawless) == "Watched without a law"
    assert "no law predicts this optimizer" in verdict(lawless)
    assert [fact.name for fact in dynamics_facts(lawless)] == ["Charges", "Steps", "Alarms"]


def test_a_network_without_symmetries_is_told():
    record = make_without_symmetry()
    assert dynamics_headline(record) == "No charge to watch"
    assert "no symmetry that has a charge" in verdict(record)


def test_rounding_of_what_has_no_size_is_not_judged(healthy):
    still = make_series("null", "conv.bias", start=0.0).model_copy(
        update={"error": (1.0,) * 1001, "flow_error": (1.0,) * 1001}
    )
    record = healthy.model_copy(update={"series": (*healthy.series, still)})
    assert dynamics_headline(record) == "Training does what theory says"
    assert "within 0.0016 of continuous theory" in verdict(record)
    assert worst_of([still]) is None


def test_a_training_that_left_the_finite_numbers_is_not_said_to_obey(healthy):
    diverged = make_diverged(healthy)
    assert dynamics_headline(diverged) == "Training left the finite numbers"
    assert verdict(diverged).endswith("relative to their size; 15 families ended in no finite number.")
