import pytest

from netwright.report.charts.growth import growth_chart, law_rows
from netwright.report.charts.theme import spec_of


def laws(study):
    return {f.candidate: f.time for f in study.factors.candidates}


def test_a_law_is_drawn_as_it_predicts_up_to_four_times_the_largest_size(complete_study):
    law = laws(complete_study)["resnet-small"]
    rows = law_rows("resnet-small", law)
    assert (rows[0]["n"], rows[-1]["n"]) == (125, 8000)
    for row in rows:
        assert (row["cost"], row["low"], row["high"]) == pytest.approx(law.predict(row["n"]), rel=1e-2)
        assert row["low"] <= row["cost"] <= row["high"]


def test_means_are_dots_in_the_unit_of_the_axis(complete_study):
    spec = spec_of(growth_chart(complete_study.decision, "Training time", laws(complete_study)))
    dots = [row for data in spec["datasets"].values() for row in data if "part" not in row]
    assert len(dots) == 6 * 5
    law = laws(complete_study)["mlp"]
    assert [dot["cost"] for dot in dots if dot["name"] == "mlp"] == pytest.approx(law.values, rel=1e-3)


def test_both_axes_are_logarithmic(complete_study):
    spec = spec_of(growth_chart(complete_study.decision, "Training time", laws(complete_study)))
    encoding = spec["layer"][1]["encoding"]
    assert encoding["x"]["scale"]["type"] == encoding["y"]["scale"]["type"] == "log"


def test_without_colours_there_are_dots_only(complete_study, large_study):
    law = laws(complete_study)["mlp"]
    spec = spec_of(growth_chart(large_study.decision, "Training time", {"candidate-31": law}))
    assert len(spec["layer"]) == 1


def test_no_law_no_drawing(complete_study):
    assert growth_chart(complete_study.decision, "Training time", {}) is None
