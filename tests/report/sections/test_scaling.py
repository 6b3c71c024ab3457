from netwright.records.law import Alternative
from netwright.report.sections.scaling import law_table, scaling_section


def test_laws_that_were_compared_are_shown_with_what_speaks_for_them(study):
    laws = (
        Alternative(name="power law", constants={"a": 0.15, "b": 0.6}, aicc=-41.23, held_out=-0.031, weight=0.8),
        Alternative(name="one break", constants={}, aicc=float("inf"), held_out=None, weight=0.2),
    )
    first, *others = study.decision.candidates
    curve = first.curve.model_copy(update={"alternatives": laws})
    candidates = (first.model_copy(update={"curve": curve}), *others)
    table = law_table(study.decision.model_copy(update={"candidates": candidates}))
    assert [[cell.text for cell in row][1:] for row in table.rows] == [
        ["power law", "−41.2", "−3.1%", "80%", "a 0.15, b 0.6"],
        ["one break", "too few errors", "too few sizes", "20%", ""],
    ]


def test_a_curve_of_one_law_has_no_table(study):
    assert scaling_section(study).content["laws"].rows == ()
    assert scaling_section(study).content["flagged"] == [("alexnet-small", "not monotone")]
