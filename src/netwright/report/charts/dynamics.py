"""Charges through a training, measured beside theory, and how far theory is off: one colour a family."""

from collections.abc import Mapping, Sequence
from math import ceil, floor, log10
from typing import Any

import altair as alt

from netwright.records.dynamics import ChargeSeries
from netwright.report.charts.theme import FITTED, rows
from netwright.report.families import MOST_FAMILIES, Reading, drawn_families, readings
from netwright.report.palette import FACTOR_INKS, GREY, TEXT

HEIGHT = 280
DOTS = (0.5, 5.0)
"""The exact law."""
DASHES = (7.0, 4.0)
"""The continuous theory."""
LEAST_ERROR = 1e-18
"""Errors of 0 have no place on a logarithmic axis and are left out; none that is not 0 is smaller than this."""


def charge_chart(series: Sequence[ChargeSeries]) -> alt.LayerChart | None:
    """Return charges over steps: measured solid, the exact law dotted on top of it, the continuous theory dashed.

    Args:
        series: Families of one kind; at most `MOST_FAMILIES` of them are drawn.

    Returns:
        The chart; None where nothing was read.
    """
    drawn = drawn_families(series)
    if not drawn:
        return None
    seen = [readings(one) for one in drawn]
    data = [_charges(slot, reading) for slot, own in enumerate(seen) for reading in own]
    base = alt.Chart(rows(data)).encode(x=steps_channel(last_step(drawn)))
    point = _dot(max(len(own) for own in seen) == 1)
    colour = colour_channel(len(drawn))
    lines = {
        "m": _named(base, drawn).mark_line(strokeWidth=4, opacity=0.7, point=point).encode(color=colour),
        "c": base.mark_line(strokeWidth=1.6, strokeDash=list(DASHES), point=point).encode(color=colour),
        "p": base.mark_line(
            strokeWidth=2, strokeDash=list(DOTS), strokeCap="round", color=TEXT.light, point=point
        ).encode(detail="f:N"),
    }
    layers = [line.encode(y=_charge_channel(field)) for field, line in lines.items() if known(data, field)]
    return alt.LayerChart(layer=[*_zero_line(data), *layers], autosize=FITTED).properties(height=HEIGHT)


def error_chart(series: Sequence[ChargeSeries]) -> alt.LayerChart | None:
    """Return relative errors over steps on a logarithmic axis: of the exact law solid, of continuous theory dashed.

    Args:
        series: Families of one kind; those are drawn that `charge_chart` draws.

    Returns:
        The chart; None where no error is known, or all are 0.
    """
    drawn = drawn_families(series)
    data = [_errors(slot, reading) for slot, one in enumerate(drawn) for reading in readings(one)]
    errors = [row[name] for row in data for name in ("e", "g") if row[name] is not None]
    if not errors:
        return None
    low, high = floor(log10(min(errors))), ceil(log10(max(errors)))
    scale = alt.Scale(type="log", domain=[10.0**low, 10.0 ** max(high, low + 1)], nice=False)
    every = max(1, ceil((high - low) / 5))
    axis = alt.Axis(title=None, format=".0e", values=[10.0**power for power in range(low, high + 1, every)])
    base = alt.Chart(rows(data)).encode(x=steps_channel(last_step(drawn)), color=colour_channel(len(drawn)))
    point = _dot(all(len(one.steps) == 1 for one in drawn))
    lines = {
        "e": _named(base, drawn).mark_line(strokeWidth=1.8, point=point),
        "g": base.mark_line(strokeWidth=1.4, strokeDash=list(DASHES), point=point),
    }
    layers = [
        line.encode(y=alt.Y(f"{field}:Q", axis=axis, scale=scale))
        for field, line in lines.items()
        if known(data, field)
    ]
    return alt.LayerChart(layer=layers, autosize=FITTED).properties(height=HEIGHT)


def known(data: Sequence[Mapping[str, Any]], field: str) -> bool:
    """Return whether any row has a value in a field: a line without one would have no axis."""
    return any(row[field] is not None for row in data)


def steps_channel(last: int) -> alt.X:
    """Return the channel of optimizer steps, from 0 on.

    Args:
        last: The last step.

    Returns:
        The channel, of the field `n`.
    """
    axis = alt.Axis(title="Optimizer steps", format=",d", tickCount=4, tickMinStep=1, labelOverlap="greedy")
    return alt.X("n:Q", axis=axis, scale=alt.Scale(domain=[0, max(last, 1)], nice=False))


def colour_channel(count: int) -> alt.Color:
    """Return the channel of families: the first has the first colour.

    Args:
        count: How many are drawn, at most `MOST_FAMILIES`.

    Returns:
        The channel, of the field `f`, counted from 0.
    """
    inks = [ink.light for ink in FACTOR_INKS[:MOST_FAMILIES]]
    return alt.Color("f:O", legend=None, scale=alt.Scale(domain=list(range(count)), range=inks[:count]))


def last_step(series: Sequence[ChargeSeries]) -> int:
    """Return the last step at which one of the families was read."""
    return max(one.steps[-1] for one in series)


def _charge_channel(field: str) -> alt.Y:
    axis = alt.Axis(title=None, tickCount=5, format="~g")
    return alt.Y(f"{field}:Q", axis=axis, scale=alt.Scale(zero=False, nice=True))


def _zero_line(data: Sequence[Mapping[str, Any]]) -> list[alt.Chart]:
    # only where charges come to zero: elsewhere the line would squeeze them
    if not min(row["m"] for row in data) <= 0 <= max(row["m"] for row in data):
        return []
    ground = alt.Chart(rows([{"z": 0.0}]))
    return [ground.mark_rule(color=GREY.light, strokeWidth=1).encode(y=_charge_channel("z"))]


def _named(base: alt.Chart, drawn: Sequence[ChargeSeries]) -> alt.Chart:
    # a place stands once in the data, not at each of its readings
    names = rows([{"f": slot, "place": one.place} for slot, one in enumerate(drawn)])
    place = alt.LookupData(data=names, key="f", fields=["place"])
    named: alt.Chart = base.transform_lookup(lookup="f", from_=place)
    return named.encode(tooltip=[alt.Tooltip("place:N", title="family")])


def _dot(single: bool) -> Any:
    # a single reading is no line: only a dot shows it
    return alt.OverlayMarkDef(size=40) if single else False


def _charges(slot: int, reading: Reading) -> dict[str, Any]:
    values = {"m": reading.measured, "p": reading.predicted, "c": reading.flow}
    return {"n": reading.step, "f": slot} | {name: _short(value, 6) for name, value in values.items()}


def _errors(slot: int, reading: Reading) -> dict[str, Any]:
    values = {"e": reading.error, "g": reading.flow_error}
    drawable = {name: value if value is not None and value > LEAST_ERROR else None for name, value in values.items()}
    return {"n": reading.step, "f": slot} | {name: _short(value, 3) for name, value in drawable.items()}


def _short(value: float | None, digits: int) -> float | None:
    return None if value is None else float(f"{value:.{digits}g}")
