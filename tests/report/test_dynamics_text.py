from watched_training import make_alarmed, make_dynamics, make_without_symmetry

from netwright.report.dynamics_text import dynamics_text


def test_the_verdict_comes_first_then_alarms_then_tables():
    lines = dynamics_text(make_alarmed(make_dynamics())).splitlines()
    assert lines[0].startswith("Over 2,000 steps")
    assert lines[2].startswith("! frozen layer at conv3.weight, after 12 steps: its gradient was exactly 0")
    assert lines[3] == "  check requires_grad and whether its output reaches the loss"
    heads = [number for number, line in enumerate(lines) if line.startswith("kind ")]
    assert len(heads) == 2
    assert "theory off by" in lines[heads[1]]


def test_where_there_is_no_charge_the_reasons_are_still_told():
    text = dynamics_text(make_without_symmetry())
    assert "no alarm was raised" in text
    assert "absent: GELU is not homogeneous" in text
    assert "theory off by" not in text
