"""Sensitivity of accuracy to each hyper-parameter: bars with their 90% intervals."""

from collections.abc import Sequence
from math import isfinite

import altair as alt

from netwright.records.search import Effect
from netwright.report.charts.row_titles import row_titles, rows_channel
from netwright.report.charts.theme import FITTED, rows
from netwright.report.figures import decimal_text
from netwright.report.palette import FACTOR_INKS, TEXT

MOST_BARS = 16
_ROW = 30


def effects_chart(effects: Sequence[Effect]) -> alt.LayerChart | None:
    """Return the share of the variance of accuracy that each hyper-parameter explains, the largest first.

    Args:
        effects: The effects; at most `MOST_BARS` are drawn.

    Returns:
        The chart; None where there is no effect.
    """
    shown = sorted((effect for effect in effects if isfinite(effect.share)), key=lambda effect: -effect.share)[
        :MOST_BARS
    ]
    if not shown:
        return None
    data = rows([
        {"place": place, "parameter": e.parameter, "share": round(e.share, 4), "low": round(e.low, 4),
         "high": round(e.high, 4), "slope": decimal_text(e.slope, 4, signed=True), "n": e.n, "zero": 0}
        for place, e in enumerate(shown)
    ])  # fmt: skip
    most = min(max(max(e.high, e.share) for e in shown) * 1.05, 1.0) or 1.0
    scale = alt.Scale(domain=[0, most], nice=False)
    x = alt.X(
        "share:Q", axis=alt.Axis(title="Share of the variance of accuracy", format=".0%", tickCount=5), scale=scale
    )
    y = rows_channel(len(shown))
    tooltip = [
        alt.Tooltip("parameter:N", title="hyper-parameter"),
        alt.Tooltip("share:Q", title="share", format=".1%"),
        alt.Tooltip("low:Q", title="90% low", format=".1%"),
        alt.Tooltip("high:Q", title="90% high", format=".1%"),
        alt.Tooltip("slope:N", title="accuracy, one step up"),
        alt.Tooltip("n:N", title="proposals"),
    ]
    base = alt.Chart(data).encode(y=y, tooltip=tooltip)
    layers = [
        base.mark_bar(color=FACTOR_INKS[0].light, opacity=0.8, height=14).encode(x=x, x2="zero:Q"),
        base.mark_rule(color=TEXT.light, strokeWidth=1.5).encode(x=alt.X("low:Q", scale=scale), x2="high:Q"),
        row_titles([effect.parameter for effect in shown], y),
    ]
    return alt.LayerChart(layer=layers, autosize=FITTED).properties(height=_ROW * len(shown))
