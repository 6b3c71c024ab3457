from watched_training import OPTIMIZER, make_dynamics, make_series, make_without_symmetry, rows_of

from netwright.report.charts.dynamics_panels import panel_grid, panels
from netwright.report.families import MOST_FAMILIES


def spec(chart):
    return chart.to_dict(validate=False)


def title_of(panel):
    return panel["title"]["text"]


def test_a_column_a_training_and_a_row_a_kind():
    records = [make_dynamics(3).model_copy(update={"title": title}) for title in ("none", "some", "much")]
    grid = spec(panel_grid(records))
    assert [len(row["hconcat"]) for row in grid["vconcat"]] == [3, 3, 3]
    assert [title_of(row["hconcat"][0])[0] for row in grid["vconcat"]] == ["Translation", "Scale", "Rescale"]
    assert [title_of(panel) for panel in grid["vconcat"][0]["hconcat"]] == [
        ["Translation", "none"], [" ", "some"], [" ", "much"],
    ]  # fmt: skip


def test_panels_of_a_row_share_axes_and_colours():
    small, large = make_dynamics(2), make_dynamics(2)
    moved = tuple(one.model_copy(update={"measured": tuple(3 * v for v in one.measured)}) for one in large.series)
    row = spec(panels([small, large.model_copy(update={"series": moved})], "scale"))["hconcat"]
    assert title_of(row[0])[1] == OPTIMIZER
    domains = [layer["encoding"]["y"]["scale"]["domain"] for panel in row for layer in panel["layer"]]
    assert all(domain == domains[0] for domain in domains)
    assert domains[0][1] > 3
    colours = [panel["layer"][0]["encoding"]["color"]["scale"] for panel in row]
    assert colours[0] == colours[1]


def test_too_many_families_are_the_same_few_in_every_panel():
    records = [make_dynamics(20), make_dynamics(20)]
    row = panels(records, "scale").hconcat
    places = [{value["place"] for value in rows_of(panel)} for panel in row]
    assert places[0] == places[1]
    assert len(places[0]) == MOST_FAMILIES


def test_a_family_that_one_training_lacks_is_left_out_there():
    both, one = make_dynamics(1), make_dynamics(1)
    one = one.model_copy(update={"series": (*one.series, make_series("scale", "more", rate=1e-3))})
    row = panels([both, one], "scale").hconcat
    places = [{value["place"] for value in rows_of(panel)} for panel in row]
    assert places == [{"conv0 before bn0"}, {"conv0 before bn0", "more"}]


def test_kinds_that_nobody_read_have_no_panel():
    assert panels([make_dynamics()], "general linear") is None
    assert panels([], "scale") is None
    assert panel_grid([make_without_symmetry()]) is None
