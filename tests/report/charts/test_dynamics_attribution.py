import pytest
from watched_training import make_dynamics, make_lawless, make_series, rows_of

from netwright.records.dynamics import Attribution
from netwright.report.charts.dynamics_attribution import MOST_ROWS, attributed, attribution_chart, parts_of


def values(chart, key):
    return [row for row in rows_of(chart) if key in row]


def test_parts_are_stacked_apart_by_sign_and_add_up_to_the_change():
    series = make_series("scale", "conv", exact=False)
    bars = values(attribution_chart([series]), "part")
    raising = [(bar["from"], bar["to"]) for bar in bars if bar["share"] > 0]
    lowering = [(bar["from"], bar["to"]) for bar in bars if bar["share"] < 0]
    assert lowering == [(0.0, -0.45)]
    assert raising[0] == (0.0, 0.12)
    assert [end for _, end in raising[:-1]] == [begin for begin, _ in raising[1:]]
    assert sum(parts_of(series.attribution).values()) == pytest.approx(series.attribution.change, abs=1e-3)


def test_the_families_that_moved_most_come_first_and_the_others_not_at_all():
    series = [
        make_series("scale", f"conv{i}").model_copy(
            update={"attribution": Attribution(steps=1, change=i, decay=i, finite_step=0, breaking=0, rounding=0)}
        )
        for i in range(30)
    ]
    assert [one.place for one in attributed(series)][:2] == ["conv29", "conv28"]
    assert len(values(attribution_chart(series), "title")) == MOST_ROWS


def test_a_layer_with_charges_of_two_kinds_has_two_names():
    titles = [
        row["title"]
        for row in values(attribution_chart([make_series("scale", "a"), make_series("null", "a")]), "title")
    ]
    assert titles == ["scale: a", "null: a"]


def test_nothing_is_drawn_where_nothing_is_attributed_or_nothing_moved():
    assert attribution_chart(make_lawless(make_dynamics()).series) is None
    still = Attribution(steps=9, change=0, decay=0, finite_step=0, breaking=0, rounding=0)
    broken = still.model_copy(update={"breaking": float("nan")})
    for attribution in (still, broken):
        assert attribution_chart([make_series("scale", "a").model_copy(update={"attribution": attribution})]) is None
