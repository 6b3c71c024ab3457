"""Rank acceptability (SMAA-2): in how many of all weights and draws a candidate ranks first, second, ..."""

from collections.abc import Sequence
from typing import Any

import altair as alt

from netwright.records.tradeoff import Standpoint
from netwright.report.charts.row_titles import row_titles, rows_channel
from netwright.report.charts.theme import FITTED, rows
from netwright.report.palette import GROUND, RANK_INKS

MOST_BARS = 16
_ROW = 34


def rank_names(count: int) -> tuple[str, ...]:
    """Return the names of the ranks that have a colour; the last takes all that follow.

    Args:
        count: How many ranks there are.

    Returns:
        At most as many names as there are colours.

    >>> rank_names(3), rank_names(9)[-1]
    (('1st', '2nd', '3rd'), '6th or lower')
    """
    names = ("1st", "2nd", "3rd", "4th", "5th", "6th")
    if count <= len(RANK_INKS):
        return names[:count]
    return (*names[: len(RANK_INKS) - 1], f"{names[len(RANK_INKS) - 1]} or lower")


def acceptability_chart(standpoints: Sequence[Standpoint]) -> alt.LayerChart | None:
    """Return one stacked bar a candidate: P(rank) over weights and measurements, the first rank on the left.

    Args:
        standpoints: The contenders; the `MOST_BARS` that rank first most often are drawn.

    Returns:
        The chart; None where there is no contender.
    """
    ranked = sorted(standpoints, key=lambda s: tuple(-share for share in s.acceptability))[:MOST_BARS]
    if not ranked:
        return None
    names = rank_names(max(len(s.acceptability) for s in ranked))
    data = [row for place, standpoint in enumerate(ranked) for row in _bar(standpoint, place, names)]
    y = rows_channel(len(ranked))
    x = alt.X(
        "low:Q",
        axis=alt.Axis(title="Share of all weights and draws", format=".0%", tickCount=5),
        scale=alt.Scale(domain=[0, 1], nice=False),
    )
    inks = [ink.light for ink in RANK_INKS[: len(names)]]
    colour = alt.Color("rank:N", legend=None, scale=alt.Scale(domain=list(names), range=inks))
    tooltip = [
        alt.Tooltip("candidate:N", title="candidate"),
        alt.Tooltip("rank:N", title="rank"),
        alt.Tooltip("share:Q", title="share", format=".1%"),
    ]
    layers = [
        alt.Chart(rows(data))
        .mark_bar(height=18, stroke=GROUND.light, strokeWidth=1)
        .encode(x=x, x2="high:Q", y=y, color=colour, tooltip=tooltip),
        row_titles([standpoint.candidate for standpoint in ranked], y),
    ]
    return alt.LayerChart(layer=layers, autosize=FITTED).properties(height=_ROW * len(ranked))


def _bar(standpoint: Standpoint, place: int, names: Sequence[str]) -> list[dict[str, Any]]:
    shares = [*standpoint.acceptability[: len(names) - 1], sum(standpoint.acceptability[len(names) - 1 :])]
    made, low = [], 0.0
    for name, share in zip(names, shares, strict=False):
        ends = {"low": round(low, 4), "high": round(min(low + share, 1.0), 4)}
        made.append({"candidate": standpoint.candidate, "place": place, "rank": name, "share": round(share, 4), **ends})
        low += share
    return made
