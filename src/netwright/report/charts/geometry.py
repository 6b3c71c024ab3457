"""Residuals of constraints beside their tolerances: one row a constraint, one mark a family."""

from collections.abc import Sequence
from math import ceil, floor, isfinite, log10

import altair as alt

from netwright.records.geometry import Residual
from netwright.report.charts.row_titles import row_titles, rows_channel
from netwright.report.charts.theme import FITTED, rows
from netwright.report.constraint_state import state_of
from netwright.report.palette import FACTOR_INKS, GREY

LEAST = 1e-18
"""Residuals below this, 0 among them, are drawn here."""
MOST_ROWS = 16
_ROW = 30
_STATES = ["holds", "as predicted", "fails"]
_INKS = alt.Scale(domain=_STATES, range=[FACTOR_INKS[1].light, FACTOR_INKS[2].light, FACTOR_INKS[3].light])
_SHAPES = alt.Scale(domain=_STATES, range=["circle", "diamond", "cross"])


def geometry_chart(residuals: Sequence[Residual]) -> alt.LayerChart | None:
    """Return the residuals on a logarithmic axis, with the tolerance of each row as a tick.

    Args:
        residuals: Of all families; the first `MOST_ROWS` kinds of constraint are drawn.

    Returns:
        The chart; None where no residual is finite.
    """
    known = [residual for residual in residuals if isfinite(residual.value)]
    titles = list(dict.fromkeys(_title(residual) for residual in known))[:MOST_ROWS]
    shown = [residual for residual in known if _title(residual) in titles]
    if not shown:
        return None
    ends = [max(value, LEAST) for residual in shown for value in (residual.value, residual.tolerance)]
    low, high = floor(log10(min(ends))), ceil(log10(max(ends)))
    marks = [10.0**power for power in range(low, high + 1, max(1, ceil((high - low) / 6)))]
    axis = alt.Axis(title="Relative residual", format=".0e", values=marks, grid=True, labelOverlap="greedy")
    x = alt.X("r:Q", axis=axis, scale=alt.Scale(type="log", domain=[10.0**low, 10.0 ** max(high, low + 1)], nice=False))
    y = rows_channel(len(titles))
    colour, shape = alt.Color("state:N", legend=None, scale=_INKS), alt.Shape("state:N", legend=None, scale=_SHAPES)
    tooltip = [
        alt.Tooltip("family:N"),
        alt.Tooltip("state:N", title="constraint"),
        alt.Tooltip("r:Q", title="residual", format=".1e"),
    ]
    layers = [
        alt.Chart(rows(_tolerances(shown, titles))).mark_tick(color=GREY.light, thickness=2, size=24).encode(x=x, y=y),
        alt.Chart(rows([_mark(residual, titles) for residual in shown]))
        .mark_point(filled=True, size=45, opacity=0.7)
        .encode(x=x, y=y, color=colour, shape=shape, tooltip=tooltip),
        row_titles(titles, y),
    ]
    return alt.LayerChart(layer=layers, autosize=FITTED).properties(height=_ROW * len(titles))


def _title(residual: Residual) -> str:
    return f"{residual.kind}: {residual.formula}"


def _mark(residual: Residual, titles: Sequence[str]) -> dict[str, object]:
    place = titles.index(_title(residual))
    return {"place": place, "r": max(residual.value, LEAST), "state": state_of(residual), "family": residual.place}


def _tolerances(residuals: Sequence[Residual], titles: Sequence[str]) -> list[dict[str, object]]:
    pairs = dict.fromkeys((titles.index(_title(residual)), residual.tolerance) for residual in residuals)
    return [{"place": place, "r": max(tolerance, LEAST)} for place, tolerance in pairs]
