from watched_training import make_dynamics, make_series

from netwright.report.sections.dynamics import charge_sections, charge_table


def test_a_section_a_kind_each_with_both_drawings():
    sections = charge_sections(make_dynamics())
    assert [section.anchor for section in sections] == ["translation", "scale", "rescale", "null"]
    assert [list(section.charts) for section in sections][1] == ["scale-charges", "scale-errors"]
    scale = sections[1].content
    assert (len(scale["families"]), scale["hidden"], len(scale["table"].rows)) == (8, 2, 10)


def test_a_kind_of_two_words_has_an_anchor_without_a_blank():
    record = make_dynamics().model_copy(update={"series": (make_series("general linear", "head 0"),)})
    assert charge_sections(record)[0].anchor == "general-linear"


def test_the_table_says_where_charges_began_and_ended_and_how_far_theory_was_off():
    series = make_series("scale", "conv", count=10, start=2.0, exact=False)
    cells = [cell.text for cell in charge_table([series], "scale").rows[0]]
    assert cells == ["conv", "10", "20.000", f"{series.measured[-1]:.3f}", "4.0 × 10⁻⁵", "0.0016"]
    assert charge_table([series], "scale").rows[0][0].below == "up to epsilon"


def test_a_law_that_does_not_exist_is_a_dash():
    series = make_series("scale", "conv").model_copy(update={"error": (None,) * 1001, "flow_error": ()})
    assert [cell.text for cell in charge_table([series], "scale").rows[0]][-2:] == ["–", "–"]
