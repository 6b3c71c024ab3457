import pytest
from watched_training import make_alarmed, make_dynamics, make_hostile_dynamics, make_lawless, make_series

from netwright.report.assembly import section_texts
from netwright.report.sections.dynamics_trials import alarms_once, dynamics_section, watched_table
from netwright.report.sections.section import Group


@pytest.fixture(scope="module")
def watched():
    healthy = make_dynamics(2)
    ill = make_alarmed(healthy)
    return {"mlp": {"mlp-0": healthy}, "vgg": {"vgg-0": ill, "vgg-1": ill, "vgg-2": make_lawless(ill)}, "tree": {}}


def text_of(section):
    return section_texts([Group("How it went", (section,))], {"mlp": "c0"})["dynamics"]


def test_a_study_that_watched_nothing_has_no_section():
    assert dynamics_section({}) is None
    assert dynamics_section({"mlp": {}}) is None


def test_an_alarm_of_many_trials_is_told_once(watched):
    alarms = alarms_once(watched)
    assert len(alarms) == 9
    assert {candidate for candidate, _, _ in alarms} == {"vgg"}
    assert alarms[0][2] == "vgg-0 and 2 more trials"


def test_each_trial_has_a_row_that_says_how_far_theory_is_off(watched):
    rows = watched_table(watched).rows
    assert [row[1].text for row in rows] == ["mlp-0", "vgg-0", "vgg-1", "vgg-2"]
    assert [row[4].text for row in rows] == ["4.0 × 10⁻⁵", "0.20", "0.20", "–"]
    assert [row[4].kind for row in rows] == ["", "fail", "fail", ""]
    assert [row[6].text for row in rows] == ["none", "9", "9", "9"]
    assert [row[0].anchor for row in rows] == ["dynamics/mlp", "dynamics/vgg", "", ""]


def test_rounding_of_what_starts_at_zero_is_not_held_against_a_training():
    still = make_series("null", "bias", start=0.0).model_copy(update={"error": (1.0,) * 1001})
    record = make_dynamics(1).model_copy(update={"series": (still, make_series("scale", "conv"))})
    (row,) = watched_table({"mlp": {"mlp-0": record}}).rows
    assert row[4].text == "1.0 × 10⁻⁷"


def test_the_section_is_written_out_and_escapes_what_it_is_told(watched):
    text = text_of(dynamics_section(watched))
    assert "4 trainings were watched" in text
    assert "call model.train() after evaluating" in text
    assert "Where the norms of mlp are heading" in text
    hostile = text_of(dynamics_section({"mlp": {"mlp-0": make_hostile_dynamics(make_dynamics(2))}}))
    assert "<script" not in hostile
    assert "<img" not in hostile
