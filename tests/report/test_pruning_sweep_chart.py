"""What the drawings of a sweep hold: means over draws, single draws, the dense model."""

import pytest
from pruned_models import make_sweep

from netwright.records.pruning import Sweep
from netwright.report.charts.pruning_sweep import MOST_METHODS, settings_of, sweep_chart, time_chart, time_unit
from netwright.report.charts.pruning_widths import width_chart
from netwright.report.pruning_headline import sweep_headline


def layers(chart):
    return [list(layer.data["values"]) for layer in chart.layer]


def test_lines_join_the_means_over_draws():
    sweep = make_sweep(2, 3)
    dense, _, line, bars, draws, points = layers(sweep_chart(sweep))
    assert line == bars == points
    assert len(line) == 2 * 6
    assert len(draws) == 2 * 5 * 3
    own = [p for p in sweep.points if (p.method, p.setting) == ("arbitrary", "alpha 0.38")]
    row = next(row for row in line if (row["method"], row["setting"]) == ("arbitrary", "alpha 0.38"))
    for name, values in (
        ("x", [p.removed for p in own]),
        ("v", [p.accuracy for p in own]),
        ("low", [p.accuracy_low for p in own]),
        ("high", [p.accuracy_high for p in own]),
    ):
        assert row[name] == pytest.approx(sum(values) / 3, abs=1e-4)
    assert dense[0]["v"] == pytest.approx(sweep.points[0].accuracy, abs=1e-4)


def test_settings_stand_from_the_least_to_the_most_removed():
    sweep = make_sweep(2, 2)
    turned = sweep.model_copy(update={"points": tuple(reversed(sweep.points))})
    for method in ("arbitrary", "anatomy criterion"):
        removed = [one.removed for one in settings_of(turned) if one.method == method]
        assert removed == sorted(removed)
        assert len(removed) == 6


def test_a_single_draw_is_its_own_mean():
    *_, draws, points = layers(sweep_chart(make_sweep(2, 1)))
    assert draws == []
    assert len(points) == 12


def test_no_more_methods_are_drawn_than_there_are_colours():
    drawn = {row["method"] for row in layers(sweep_chart(make_sweep(MOST_METHODS + 2, 1)))[-1]}
    assert len(drawn) == MOST_METHODS


def test_times_are_means_of_the_draws_that_were_timed():
    sweep = make_sweep(1, 3)
    points = tuple(p.model_copy(update={"seconds": p.seconds if p.draw == 0 else None}) for p in sweep.points)
    line = layers(time_chart(sweep.model_copy(update={"points": points})))[0]
    assert [row["v"] for row in line] == [pytest.approx(p.seconds, rel=1e-4) for p in points if p.seconds is not None]


def test_short_times_have_their_own_unit():
    sweep = make_sweep(1, 1)
    points = tuple(p.model_copy(update={"seconds": 0.002}) for p in sweep.points)
    short = sweep.model_copy(update={"points": points})
    assert time_unit(short) == (0.001, "ms")
    assert layers(time_chart(short))[0][0]["v"] == pytest.approx(2.0)


def test_nothing_is_drawn_of_nothing():
    empty = Sweep(title="", points=())
    assert (sweep_chart(empty), time_chart(empty), width_chart([])) == (None, None, None)
    assert time_chart(make_sweep(1, 1, timed=False)) is None


def test_a_sweep_that_stays_far_from_half_says_how_far_it_went():
    sweep = make_sweep(2, 1)
    few = tuple(point for point in sweep.points if point.removed < 0.3)
    assert sweep_headline(sweep.model_copy(update={"points": few})) == "Up to 28% removed"
