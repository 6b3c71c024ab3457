"""A measured speed-up beside the predicted ones, on one line."""

from collections.abc import Mapping

import altair as alt

from netwright.records.pruning import Pruning
from netwright.report.charts.row_titles import row_titles, rows_channel
from netwright.report.charts.theme import FITTED, rows
from netwright.report.palette import FACTOR_INKS, GREY

_ROW = 34


def speed_chart(predictions: Mapping[str, float], record: Pruning) -> alt.LayerChart | None:
    """Return the speed-up with its interval, and below it what was predicted; 1 is no gain.

    Args:
        predictions: What it rests on -> speed-up.
        record: Before and after.

    Returns:
        The chart; None where nothing was timed.
    """
    if record.speedup is None:
        return None
    low = record.speedup if record.speedup_low is None else record.speedup_low
    high = record.speedup if record.speedup_high is None else record.speedup_high
    titles = ["measured", *predictions]
    data = [{"place": 0, "v": round(record.speedup, 4), "low": round(low, 4), "high": round(high, 4)}]
    expected = [{"place": at, "v": round(value, 4)} for at, value in enumerate(predictions.values(), 1)]
    ends = [1.0, low, high, *predictions.values()]
    margin = max((max(ends) - min(ends)) * 0.08, 0.05)
    scale = alt.Scale(domain=[min(ends) - margin, max(ends) + margin], nice=False, zero=False)
    axis = alt.Axis(title="Times as fast as the dense model", format=".2~f", tickCount=5, labelOverlap="greedy")
    x, y = alt.X("v:Q", axis=axis, scale=scale), rows_channel(len(titles))
    ink = FACTOR_INKS[0].light
    told = [alt.Tooltip("v:Q", title="speed-up", format=".2f")]
    measured, foreseen = alt.Chart(rows(data)), alt.Chart(rows(expected))
    layers = [
        alt.Chart(rows([{"v": 1.0}])).mark_rule(color=GREY.light, strokeDash=[5, 3]).encode(x=x),
        measured.mark_rule(color=ink, strokeWidth=2).encode(x=alt.X("low:Q", scale=scale), x2="high:Q", y=y),
        measured.mark_point(color=ink, filled=True, size=70, opacity=1).encode(x=x, y=y, tooltip=told),
        foreseen.mark_tick(color=GREY.light, thickness=3, size=18).encode(x=x, y=y, tooltip=told),
        row_titles(titles, y),
    ]
    return alt.LayerChart(layer=layers, autosize=FITTED).properties(height=_ROW * len(titles))
