from watched_training import make_alarmed, make_dynamics

from netwright.report.sections.dynamics_alarms import MOST_SHOWN, alarms_section


def test_the_first_alarms_stand_open_and_the_others_fold_out():
    first, more = alarms_section(make_alarmed(make_dynamics())).content["parts"]
    assert (len(first), len(more)) == (MOST_SHOWN, 3)
    assert first[0][0].kind == "frozen layer"
    assert first[0][1] == "12 steps"


def test_a_quiet_training_has_the_section_too():
    assert alarms_section(make_dynamics()).content["parts"] == []
