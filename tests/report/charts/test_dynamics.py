from itertools import pairwise

from watched_training import make_diverged, make_dynamics, make_lawless, make_series, rows_of

from netwright.report.charts.dynamics import charge_chart, error_chart
from netwright.report.families import MOST_FAMILIES, MOST_POINTS


def of_kind(record, kind):
    return [series for series in record.series if series.kind == kind]


def layers(chart):
    return chart.to_dict(validate=False)["layer"]


def dashes(chart):
    return [layer["mark"].get("strokeDash") for layer in layers(chart) if layer["mark"]["type"] == "line"]


def drawn_rows(chart, field):
    return [row for row in rows_of(chart) if field in row]


def test_measured_exact_and_continuous_are_told_apart_by_their_lines():
    chart = charge_chart(of_kind(make_dynamics(), "scale"))
    looks = dashes(chart)
    assert len(looks) == 3
    assert looks[0] is None
    assert looks[1] != looks[2]
    colours = [layer["encoding"].get("color") is not None for layer in layers(chart) if layer["mark"]["type"] == "line"]
    assert colours == [True, True, False]


def test_lines_have_few_points_and_families_few_colours():
    rows = drawn_rows(charge_chart(of_kind(make_dynamics(30), "scale")), "m")
    assert {row["f"] for row in rows} == set(range(MOST_FAMILIES))
    assert len({row["n"] for row in rows}) == MOST_POINTS
    assert {row["n"] for row in rows} >= {0, 2000}


def test_a_line_at_zero_stands_only_where_charges_come_to_it():
    crossing = charge_chart([make_series("rescale", "a", start=-0.1), make_series("rescale", "b", start=0.1)])
    assert layers(crossing)[0]["mark"]["type"] == "rule"
    away = charge_chart([make_series("rescale", "a", start=-0.1)])
    assert {layer["mark"]["type"] for layer in layers(away)} == {"line"}


def test_what_no_law_predicts_is_measured_only():
    lawless = of_kind(make_lawless(make_dynamics()), "scale")
    assert dashes(charge_chart(lawless)) == [None]
    assert error_chart(lawless) is None


def test_errors_of_zero_have_no_place_on_a_logarithmic_axis():
    series = make_series("scale", "conv")
    assert series.error[0] == 0
    rows = drawn_rows(error_chart([series]), "e")
    assert rows[0]["e"] is None
    assert all(row["e"] > 0 for row in rows[1:])
    assert error_chart([series.model_copy(update={"error": (0.0,) * 1001, "flow_error": ()})]) is None


def test_the_error_axis_holds_every_error_in_whole_powers_of_ten():
    encoding = layers(error_chart([make_series("scale", "conv", exact=False)]))[0]["encoding"]["y"]
    low, high = encoding["scale"]["domain"]
    assert (low, high) == (1e-7, 1e-2)
    assert all(round(b / a) >= 10 for a, b in pairwise(encoding["axis"]["values"]))


def test_nothing_is_drawn_of_what_is_no_number():
    assert charge_chart(make_diverged(make_dynamics()).series[-1:]) is None
    assert charge_chart([]) is None
    assert error_chart([]) is None
