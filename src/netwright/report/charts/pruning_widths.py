"""How wide each layer of a pruned network still is: what stays of what there was."""

from collections.abc import Sequence
from math import log10

import altair as alt

from netwright.records.pruning import SitePlan
from netwright.report.charts.theme import FITTED, rows
from netwright.report.palette import FACTOR_INKS, LINE, TEXT

ROW = 22
"""Height of a layer, in pixels."""
AXIS = 60
"""What the axis below takes, in pixels."""


def width_chart(sites: Sequence[SitePlan]) -> alt.LayerChart | None:
    """Return one bar a layer, the first on top: the units that stay over those that there were.

    Args:
        sites: Places of one kind of unit.

    Returns:
        The chart; None where there is no place.
    """
    if not sites:
        return None
    data = rows(
        [
            {"layer": site.layer, "count": site.count, "kept": len(site.kept), "share": len(site.kept) / site.count}
            for site in sites
        ]
    )
    most = max(site.count for site in sites)
    every = 1 if len(sites) <= 24 else 10 ** int(log10(len(sites)))
    layers = [site.layer for site in sites if site.layer % every == 0]
    y = alt.Y(
        "layer:O",
        axis=alt.Axis(title=None, values=layers, labelPadding=8),
        scale=alt.Scale(paddingInner=0.25, paddingOuter=0.1),
    )
    axis = alt.Axis(title=sites[0].unit.capitalize(), format=",d", tickCount=5, tickMinStep=1, labelOverlap="greedy")
    x = alt.X("count:Q", axis=axis, scale=alt.Scale(domain=[0, most * 1.12], nice=False))
    tooltip = [
        alt.Tooltip("layer:O", title="layer"),
        alt.Tooltip("kept:Q", title="after", format=",d"),
        alt.Tooltip("count:Q", title="before", format=",d"),
        alt.Tooltip("share:Q", title="kept", format=".0%"),
    ]
    base = alt.Chart(data).encode(y=y, tooltip=tooltip)
    bars = [
        base.mark_bar(color=LINE.light).encode(x=x),
        base.mark_bar(color=FACTOR_INKS[0].light).encode(x=alt.X("kept:Q")),
        base.mark_text(align="left", dx=6, fontSize=11, color=TEXT.light).encode(
            x=x, text=alt.Text("share:Q", format=".0%")
        ),
    ]
    return alt.LayerChart(layer=bars, autosize=FITTED).properties(height=ROW * len(sites))
