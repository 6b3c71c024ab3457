"""What delivers the decision: a bar a layer, its parts in colours."""

from collections.abc import Sequence

import altair as alt

from netwright.records.anatomy import Delivery
from netwright.report.anatomy_shares import PARTS, Share, mean_shares
from netwright.report.charts.row_titles import row_titles, rows_channel
from netwright.report.charts.theme import FITTED, rows
from netwright.report.palette import FACTOR_INKS, GREY

PART_INKS = dict(zip(PARTS, (FACTOR_INKS[4], FACTOR_INKS[0], FACTOR_INKS[2], FACTOR_INKS[5], GREY), strict=True))
_ROW = 28


def delivery_chart(deliveries: Sequence[Delivery]) -> alt.LayerChart | None:
    """Return the share of every part in the state that decides: right of zero what points along it, left what against.

    Args:
        deliveries: One a text.

    Returns:
        The chart, of means over the texts; None without deliveries.
    """
    if not deliveries:
        return None
    shares = mean_shares(deliveries)
    titles = list(dict.fromkeys(one.row for one in shares))
    y = rows_channel(len(titles))
    axis = alt.Axis(title="Share of the last state", tickCount=5, format="~%", grid=True, labelOverlap="greedy")
    x = alt.X("from:Q", axis=axis, scale=alt.Scale(zero=True, nice=True))
    colour = alt.Color(
        "part:N",
        legend=None,
        scale=alt.Scale(domain=list(PARTS), range=[ink.light for ink in PART_INKS.values()]),
    )
    tooltip = [alt.Tooltip("part:N"), alt.Tooltip("share:Q", format="+.2%")]
    layers = [
        alt.Chart(rows(_stacked(shares, titles)))
        .mark_bar(height=15)
        .encode(x=x, x2="to:Q", y=y, color=colour, tooltip=tooltip),
        alt.Chart(rows([{"from": 0.0}])).mark_rule(color=GREY.light).encode(x=x),
        row_titles(titles, y),
    ]
    return alt.LayerChart(layer=layers, autosize=FITTED).properties(height=_ROW * len(titles))


def _stacked(shares: Sequence[Share], titles: Sequence[str]) -> list[dict[str, object]]:
    ends: dict[tuple[str, bool], float] = {}
    drawn: list[dict[str, object]] = []
    for one in shares:
        begun = ends.get((one.row, one.share > 0), 0.0)
        ends[one.row, one.share > 0] = begun + one.share
        place, end = titles.index(one.row), begun + one.share
        drawn.append({"place": place, "part": one.part, "share": one.share, "from": begun, "to": end})
    return drawn
