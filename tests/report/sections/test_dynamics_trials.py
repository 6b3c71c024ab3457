import pytest
from watched_training import make_alarmed, make_dynamics, make_hostile_dynamics, make_lawless, make_series

from netwright.records.trial_dynamics import TrialDynamics
from netwright.report.assembly import section_texts
from netwright.report.sections.dynamics_trials import alarms_once, dynamics_section, watched_table
from netwright.report.sections.section import Group


def watch(study, records):
    """Return a study whose first trials were watched, trial -> record, the rest not."""
    kept = {
        result.trial: record.model_copy(update={"title": result.trial})
        for result, record in zip(study.results, records, strict=False)
    }
    results = tuple(
        result.model_copy(update={"dynamics": TrialDynamics.of(kept[result.trial], "a file")})
        if result.trial in kept
        else result
        for result in study.results
    )
    return study.model_copy(update={"results": results, "dynamics": tuple(kept.values())})


@pytest.fixture(scope="module")
def watched(study):
    healthy = make_dynamics(2)
    ill = make_alarmed(healthy)
    return watch(study, [healthy, ill, ill, make_lawless(ill)])


def seen(study):
    return [result for result in study.results if result.dynamics is not None]


def text_of(study):
    names = {name: f"c{at}" for at, name in enumerate(dict.fromkeys(result.candidate for result in study.results))}
    return section_texts([Group("How it went", (dynamics_section(study),))], names)["dynamics"]


def test_a_study_that_watched_nothing_has_no_section(study):
    assert dynamics_section(study) is None


def test_an_alarm_of_many_trials_is_told_once(watched):
    same = [result.model_copy(update={"candidate": "vgg"}) for result in seen(watched)]
    alarms = alarms_once(same)
    assert len(alarms) == 9
    assert {candidate for candidate, _, _ in alarms} == {"vgg"}
    assert alarms[0][2] == f"{same[1].trial} and 2 more trials"


def test_each_trial_has_a_row_that_says_how_far_theory_is_off(watched):
    rows = watched_table(seen(watched)).rows
    assert [row[1].text for row in rows] == [result.trial for result in seen(watched)]
    assert [row[4].text for row in rows] == ["4.0 × 10⁻⁵", "0.20", "0.20", "–"]
    assert [row[4].kind for row in rows] == ["", "fail", "fail", ""]
    assert [row[6].text for row in rows] == ["none", "9", "9", "9"]


def test_only_the_first_row_of_a_candidate_is_an_anchor(watched):
    same = [result.model_copy(update={"candidate": "vgg"}) for result in seen(watched)]
    assert [row[0].anchor for row in watched_table(same).rows] == ["dynamics/vgg", "", "", ""]


def test_rounding_of_what_starts_at_zero_is_not_held_against_a_training(study):
    still = make_series("null", "bias", start=0.0).model_copy(update={"error": (1.0,) * 1001})
    record = make_dynamics(1).model_copy(update={"series": (still, make_series("scale", "conv"))})
    (row,) = watched_table(seen(watch(study, [record]))).rows
    assert row[4].text == "1.0 × 10⁻⁷"


def test_the_section_draws_the_chosen_candidate(watched):
    chosen = watched.decision.chosen
    results = tuple(result for result in watched.results if result.candidate == chosen)
    own = watch(watched.model_copy(update={"results": results}), [make_dynamics(1), make_dynamics(2)])
    section = dynamics_section(own)
    assert section.content["shown"] in {result.trial for result in results}
    assert {"dynamics-translation", "dynamics-scale", "dynamics-rescale"} <= set(section.charts)


def test_the_section_is_written_out_and_escapes_what_it_is_told(watched):
    text = text_of(watched)
    assert "4 trainings were watched" in text
    assert "call model.train() after evaluating" in text
    assert "Where the norms of" in text_of(watch(watched, [make_dynamics(2)]))
    hostile = text_of(watch(watched, [make_hostile_dynamics(make_dynamics(2))]))
    assert "<script" not in hostile
    assert "<img" not in hostile
