import pytest

from netwright.report.charts.backends import backend_chart
from netwright.report.charts.theme import spec_of


@pytest.fixture
def runs(complete_study):
    return [run for f in complete_study.factors.candidates for run in f.backends]


def test_what_runs_is_a_dot_with_its_interval_in_a_line_of_its_own(complete_study, runs):
    spec = spec_of(backend_chart(complete_study.decision, runs))
    rows = [row for data in spec["datasets"].values() for row in data if "seconds" in row]
    assert len(rows) == sum(run.runs for run in runs)
    assert len({row["place"] for row in rows}) == len(rows)
    row = next(row for row in rows if (row["name"], row["way"]) == ("resnet-small", "eager, 1 thread"))
    assert (row["seconds"], row["low"], row["high"]) == pytest.approx((2.94, 2.764, 3.116), abs=1e-3)


def test_nothing_runs_no_drawing(complete_study, runs):
    still = [run.model_copy(update={"runs": False}) for run in runs]
    assert backend_chart(complete_study.decision, still) is None
