from netwright.report.charts.load import load_chart
from netwright.report.charts.theme import spec_of


def rows_of(chart):
    return [row for data in spec_of(chart)["datasets"].values() for row in data if "trial" in row]


def test_a_mark_a_trial_that_was_watched(complete_study):
    assert len(rows_of(load_chart(complete_study.decision, complete_study.results))) == 90
    half = tuple(r.model_copy(update={"load": None}) if r.size > 250 else r for r in complete_study.results)
    assert len(rows_of(load_chart(complete_study.decision, half))) == 36


def test_nobody_looked_no_drawing(study):
    assert load_chart(study.decision, study.results) is None
