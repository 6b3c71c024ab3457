"""How loaded the machine was: one dot a trial, one row a candidate."""

from collections.abc import Sequence
from math import isfinite

import altair as alt

from netwright.records.decision import Decision
from netwright.records.trial import TrialResult
from netwright.report.charts.channels import candidate_channel
from netwright.report.charts.row_titles import row_titles, rows_channel
from netwright.report.charts.theme import FITTED, rows
from netwright.report.palette import GREY, candidate_slots

MOST_ROWS = 16
_ROW = 28


def load_chart(decision: Decision, results: Sequence[TrialResult]) -> alt.LayerChart | None:
    """Return the mean load during every trial; 1.0 is a machine that is just busy.

    Args:
        decision: The decision.
        results: Every trial; those that nobody watched are left out.

    Returns:
        The chart; None where no trial was watched.
    """
    seen = {result.candidate for result in results if result.load is not None and isfinite(result.load.load)}
    slots = candidate_slots(decision)
    names = sorted((name for name in slots if name in seen), key=lambda name: slots[name] is None)[:MOST_ROWS]
    if not names:
        return None
    shown = [r for r in results if r.load is not None and r.candidate in names and isfinite(r.load.load)]
    data = [
        {"name": r.candidate, "place": names.index(r.candidate), "trial": r.trial, "load": round(r.load.load, 3)}
        for r in shown
        if r.load is not None
    ]
    most = max(1.1, *(result.load.load * 1.05 for result in shown if result.load))
    x = alt.X(
        "load:Q",
        axis=alt.Axis(title="Load for each core", tickCount=5, format=".2~f", labelOverlap="greedy", grid=True),
        scale=alt.Scale(domain=[0, most], nice=False),
    )
    y = rows_channel(len(names))
    tooltip = [alt.Tooltip("trial:N", title="trial"), alt.Tooltip("load:Q", title="mean load", format=".2f")]
    layers = [
        alt.Chart(rows([{"load": 1.0}])).mark_rule(color=GREY.light, strokeDash=[5, 3]).encode(x=x),
        alt.Chart(rows(data))
        .mark_tick(thickness=2, size=14, opacity=0.6)
        .encode(x=x, y=y, color=candidate_channel(decision), tooltip=tooltip),
        row_titles(names, y),
    ]
    return alt.LayerChart(layer=layers, autosize=FITTED).properties(height=_ROW * len(names))
