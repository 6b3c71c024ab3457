"""What moved the charges: one stacked bar a family, its parts in four colours."""

from collections.abc import Sequence
from math import isfinite

import altair as alt

from netwright.records.dynamics import Attribution, ChargeSeries
from netwright.report.charts.row_titles import row_titles, rows_channel
from netwright.report.charts.theme import FITTED, rows
from netwright.report.palette import FACTOR_INKS, GREY, TEXT

PART_INKS = {
    "decay": FACTOR_INKS[0],
    "finite step": FACTOR_INKS[2],
    "breaking": FACTOR_INKS[3],
    "rounding": GREY,
}
MOST_ROWS = 16
_ROW = 30


def parts_of(attribution: Attribution) -> dict[str, float]:
    """Return the parts of a change, by the names they have in drawings.

    Args:
        attribution: What changed a family.

    Returns:
        Part -> its share of the family's size.
    """
    return {name: getattr(attribution, name.replace(" ", "_")) for name in PART_INKS}


def attributed(series: Sequence[ChargeSeries]) -> tuple[ChargeSeries, ...]:
    """Return the families whose change is attributed, those that moved most first.

    Args:
        series: All families.

    Returns:
        Those with finite parts, none of the weightless ones.
    """
    weighty = [one for one in series if one.attribution and not one.weightless]
    known = [one for one in weighty if all(map(isfinite, _parts(one).values()))]
    return tuple(sorted(known, key=lambda one: -max(map(abs, _parts(one).values()))))


def attribution_chart(series: Sequence[ChargeSeries]) -> alt.LayerChart | None:
    """Return what moved each family: parts that raise its charges right of zero, parts that lower them left of it.

    Args:
        series: All families; the `MOST_ROWS` that moved most are drawn.

    Returns:
        The chart; None where no change is attributed, or nothing changed.
    """
    shown = attributed(series)[:MOST_ROWS]
    if not any(abs(part) > 0 for one in shown for part in _parts(one).values()):
        return None
    y = rows_channel(len(shown))
    axis = alt.Axis(
        title="Change, divided by the charge's size", tickCount=5, format="~%", grid=True, labelOverlap="greedy"
    )
    x = alt.X("from:Q", axis=axis, scale=alt.Scale(zero=True, nice=True))
    tooltip = [alt.Tooltip("part:N"), alt.Tooltip("share:Q", title="of its size", format=".3g")]
    colour = alt.Color(
        "part:N",
        legend=None,
        scale=alt.Scale(domain=list(PART_INKS), range=[ink.light for ink in PART_INKS.values()]),
    )
    net = [{"place": row, "net": one.attribution.change} for row, one in enumerate(shown) if one.attribution]
    layers = [
        alt.Chart(rows(_stacked(shown))).mark_bar(height=15).encode(x=x, x2="to:Q", y=y, color=colour, tooltip=tooltip),
        alt.Chart(rows([{"zero": 0.0}])).mark_rule(color=GREY.light).encode(x=alt.X("zero:Q", axis=axis)),
        alt.Chart(rows(net))
        .mark_tick(color=TEXT.light, thickness=2.5, size=23, orient="vertical")
        .encode(x=alt.X("net:Q", axis=axis), y=y, tooltip=[alt.Tooltip("net:Q", title="in all", format=".3g")]),
        row_titles(_titles(shown), y),
    ]
    return alt.LayerChart(layer=layers, autosize=FITTED).properties(height=_ROW * len(shown))


def _titles(series: Sequence[ChargeSeries]) -> list[str]:
    # a layer may have charges of several kinds
    places = [one.place for one in series]
    return [one.place if places.count(one.place) == 1 else f"{one.kind}: {one.place}" for one in series]


def _stacked(series: Sequence[ChargeSeries]) -> list[dict[str, object]]:
    drawn: list[dict[str, object]] = []
    for row, one in enumerate(series):
        ends = {True: 0.0, False: 0.0}
        for name, share in _parts(one).items():
            begun = ends[share > 0]
            ends[share > 0] = begun + share
            drawn.append({"place": row, "part": name, "share": share, "from": begun, "to": begun + share})
    return drawn


def _parts(series: ChargeSeries) -> dict[str, float]:
    return parts_of(series.attribution) if series.attribution else {}
