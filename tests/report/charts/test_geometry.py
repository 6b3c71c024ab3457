from watched_training import make_geometry, rows_of

from netwright.report.charts.geometry import LEAST, geometry_chart


def values(chart, key):
    return [row for row in rows_of(chart) if key in row]


def test_every_family_has_a_mark_in_the_row_of_its_constraint():
    chart = geometry_chart(make_geometry().residuals)
    titles = [row["title"] for row in values(chart, "title")]
    assert len(titles) == 6
    marks = values(chart, "state")
    assert [mark["state"] for mark in marks].count("as predicted") == 1
    assert {mark["place"] for mark in marks if mark["family"].startswith("fc")} == {0, 1}


def test_a_residual_of_zero_is_drawn_at_the_end_of_the_axis():
    marks = values(geometry_chart(make_geometry().residuals), "state")
    assert next(mark["r"] for mark in marks if mark["family"] == "conv1.bias") == LEAST


def test_nothing_is_drawn_without_a_finite_residual():
    broken = make_geometry().residuals[0].model_copy(update={"value": float("nan")})
    assert geometry_chart([]) is None
    assert geometry_chart([broken]) is None
