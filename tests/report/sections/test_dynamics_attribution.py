from watched_training import make_dynamics, make_lawless, make_series

from netwright.report.sections.dynamics_attribution import attribution_section, attribution_table


def test_the_parts_stand_beside_the_change():
    row = attribution_table([make_series("scale", "conv", exact=False)]).rows[0]
    assert [cell.text for cell in row] == ["conv", "scale", "−0.31", "−0.45", "0.12", "0.020", "1.0 × 10⁻⁷"]


def test_the_section_counts_what_is_not_drawn():
    content = attribution_section(make_dynamics(20)).content
    assert (content["steps"], content["hidden"], len(content["table"].rows)) == (200, 8, 24)
    assert [name for name, _ in content["parts"]] == ["decay", "finite step", "breaking", "rounding"]


def test_without_attribution_there_is_no_section():
    assert attribution_section(make_lawless(make_dynamics())) is None
