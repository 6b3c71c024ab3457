from netwright.report.charts.scaling import scaling_chart
from netwright.report.charts.theme import CONFIG, spec_of


def test_every_drawing_wears_the_same_dress(study):
    assert spec_of(scaling_chart(study.decision, ()))["config"] == CONFIG
