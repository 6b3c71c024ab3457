"""Accuracy against data size: measured points, fitted curves with bands, and what lies beyond the measured sizes."""

from collections.abc import Mapping, Sequence
from math import exp, log
from typing import Any

import altair as alt

from netwright.records.curve import Curve
from netwright.records.decision import Decision
from netwright.records.trial import TrialResult
from netwright.report.charts.labels import spread
from netwright.report.charts.theme import FITTED, rows
from netwright.report.figures import limit_text
from netwright.report.palette import GREY, MUTED, candidate_colours, candidate_slots
from netwright.report.points import REACH, Point, accuracy_points

HEIGHT = 400
_STEPS = 28


def scaling_chart(decision: Decision, results: Sequence[TrialResult]) -> alt.LayerChart | None:
    """Return the drawing of accuracy against training images.

    Lines are the posterior medians of the fitted curves, bands their 90% intervals; dots are single trials. Solid
    where sizes were measured, dashed beyond, up to `REACH` times the largest.

    Args:
        decision: The decision, with its curves.
        results: The trials; may be empty.

    Returns:
        The chart; None where no accuracy was measured at all.
    """
    points = {a.name: accuracy_points(a, results) for a in decision.candidates}
    lines = {a.name: curve_rows(a.name, a.curve) for a in decision.candidates if a.curve is not None}
    sizes = sorted({p.size for each in points.values() for p in each} | set(decision.scenario.design.sizes))
    if not any(points.values()) and not lines:
        return None
    last = sizes[-1]
    far = last * REACH if lines else last
    low, high = _domain(decision, points, lines)
    x = _x_axis(sizes, far)
    layers = [
        *_bounds(decision, sizes[0], x, low, high),
        *(_frontier(last, x, high) if lines else []),
        *_curves(decision, lines, x),
        _dots(decision, points, x),
        _names(decision, points, lines, x, (low, high)),
    ]
    return alt.LayerChart(layer=layers, autosize=FITTED).properties(height=HEIGHT)


def curve_rows(name: str, curve: Curve) -> list[dict[str, Any]]:
    """Return the curve of a candidate at geometric steps from the smallest size to `REACH` times the largest.

    Args:
        name: The candidate.
        curve: Its curve.

    Returns:
        Rows with n, accuracy, its interval, and whether n was measured; the largest size is in both parts.
    """
    first, last = curve.sizes[0], curve.sizes[-1]
    measured = [first * exp(log(last / first) * i / _STEPS) for i in range(_STEPS + 1)] if last > first else [last]
    beyond = [last * exp(log(REACH) * i / 10) for i in range(11)]
    parts = (("measured", measured), ("extrapolated", beyond))
    return [_row(name, curve, n, part) for part, steps in parts for n in steps]


def _row(name: str, curve: Curve, n: float, part: str) -> dict[str, Any]:
    # rounding errors of the steps must not pass the extrapolation limit
    error, low, high = curve.predict(n, limit=2.0 * REACH)
    accuracy, least, most = (round(min(max(1 - value, 0.0), 1.0), 4) for value in (error, high, low))
    return {"name": name, "n": round(n, 1), "accuracy": accuracy, "low": least, "high": most, "part": part}


def _domain(
    decision: Decision, points: Mapping[str, list[Point]], lines: Mapping[str, list[dict[str, Any]]]
) -> tuple[float, float]:
    seen = [point.accuracy for each in points.values() for point in each]
    seen += [row["accuracy"] for each in lines.values() for row in each]
    seen += [row["high"] for each in lines.values() for row in each if row["part"] == "extrapolated"]
    seen += [limit.bound for limit in decision.scenario.constraints if limit.quality == "accuracy"]
    margin = max((max(seen) - min(seen)) * 0.05, 0.01)
    return max(min(seen) - margin, 0.0), min(max(seen) + margin, 1.0)


def _x_axis(sizes: Sequence[int], far: int) -> alt.X:
    marks = sorted({*sizes, *(sizes[-1] * factor for factor in (2, REACH) if sizes[-1] * factor <= far)})
    # where sizes crowd, those that would cover each other lose their label, not their tick
    axis = alt.Axis(values=marks, format=",d", title="Training images", labelOverlap="greedy", labelSeparation=4)
    low, high = sizes[0] / 1.06, far * 1.02
    return alt.X("n:Q", axis=axis, scale=alt.Scale(type="log", domain=[low, high], nice=False))


def _y_axis(domain: tuple[float, float]) -> alt.Y:
    axis = alt.Axis(title="Accuracy on the test images", format=".2~f", tickCount=6, titleY=-14, titleX=0)
    return alt.Y("accuracy:Q", axis=axis, scale=alt.Scale(domain=list(domain), zero=False, nice=False))


def _colour(decision: Decision) -> alt.Color:
    colours = candidate_colours(decision)
    return alt.Color("name:N", legend=None, scale=alt.Scale(domain=list(colours), range=list(colours.values())))


def _bounds(decision: Decision, first: int, x: alt.X, low: float, high: float) -> list[alt.Chart]:
    layers: list[alt.Chart] = []
    for limit in decision.scenario.constraints:
        if limit.quality == "accuracy":
            data = rows([{"n": first, "accuracy": limit.bound, "text": f"required: {limit_text(limit.text)}"}])
            y = _y_axis((low, high))
            layers += [
                alt.Chart(data).mark_rule(color=MUTED.light, strokeWidth=1).encode(y=y),
                alt.Chart(data)
                .mark_text(color=MUTED.light, fontSize=11, align="left", baseline="bottom", dy=-3)
                .encode(x=x, y=y, text="text:N"),
            ]
    return layers


def _frontier(last: int, x: alt.X, top: float) -> list[alt.Chart]:
    data = rows([{"n": last, "accuracy": top}])
    y = alt.Y("accuracy:Q")
    words = alt.Chart(data).encode(x=x, y=y)
    look: dict[str, Any] = {"color": MUTED.light, "fontSize": 11, "baseline": "top", "dy": 2}
    return [
        alt.Chart(data).mark_rule(color=GREY.light, strokeWidth=1, strokeDash=[1, 3]).encode(x=x),
        words.mark_text(align="right", dx=-6, **look).encode(text=alt.value("measured")),
        words.mark_text(align="left", dx=6, **look).encode(text=alt.value("extrapolated")),
    ]


def _curves(decision: Decision, lines: Mapping[str, list[dict[str, Any]]], x: alt.X) -> list[alt.Chart]:
    if not lines:
        return []
    slots = candidate_slots(decision)
    # grey ones first, so that the coloured ones lie above
    names = sorted(lines, key=lambda name: slots[name] is not None)
    data = rows([row for name in names for row in lines[name]])
    colour = _colour(decision)
    tooltip = [
        alt.Tooltip("name:N", title="candidate"),
        alt.Tooltip("n:Q", title="training images", format=",.0f"),
        alt.Tooltip("accuracy:Q", title="accuracy", format=".3f"),
        alt.Tooltip("low:Q", title="90% low", format=".3f"),
        alt.Tooltip("high:Q", title="90% high", format=".3f"),
    ]
    coloured = [row for name in names if slots[name] is not None for row in lines[name]]
    bands = (
        alt.Chart(rows(coloured))
        .mark_area(opacity=0.13, clip=True)
        .encode(x=x, y=alt.Y("low:Q"), y2="high:Q", color=colour, detail="part:N")
    )
    dash = alt.StrokeDash(
        "part:N", legend=None, scale=alt.Scale(domain=["measured", "extrapolated"], range=[[1, 0], [5, 4]])
    )
    drawn = (
        alt.Chart(data)
        .mark_line(strokeWidth=2, clip=True)
        .encode(x=x, y="accuracy:Q", color=colour, strokeDash=dash, tooltip=tooltip)
    )
    return [bands, drawn]


def _dots(decision: Decision, points: Mapping[str, list[Point]], x: alt.X) -> alt.Chart:
    data = [
        {"name": name, "n": point.size, "seed": point.seed, "accuracy": round(point.accuracy, 4)}
        for name, each in points.items()
        for point in each
    ]
    tooltip = [
        alt.Tooltip("name:N", title="candidate"),
        alt.Tooltip("n:Q", title="training images", format=",d"),
        alt.Tooltip("seed:N", title="seed"),
        alt.Tooltip("accuracy:Q", title="accuracy", format=".4f"),
    ]
    dots: alt.Chart = (
        alt.Chart(rows(data))
        .mark_point(filled=True, size=26, opacity=0.75)
        .encode(x=x, y="accuracy:Q", color=_colour(decision), tooltip=tooltip)
    )
    return dots


def _names(
    decision: Decision,
    points: Mapping[str, list[Point]],
    lines: Mapping[str, list[dict[str, Any]]],
    x: alt.X,
    domain: tuple[float, float],
) -> alt.Chart:
    low, high = domain
    ends = {}
    for name, slot in candidate_slots(decision).items():
        if slot is not None and name in lines:
            ends[name] = (lines[name][-1]["n"], lines[name][-1]["accuracy"])
        elif slot is not None and points[name]:
            ends[name] = (points[name][-1].size, points[name][-1].accuracy)
    per_pixel = (high - low) / HEIGHT
    heights = spread([y for _, y in ends.values()], 15 * per_pixel, low, high)
    data = [
        {"name": name, "n": n, "accuracy": height} for (name, (n, _)), height in zip(ends.items(), heights, strict=True)
    ]
    names: alt.Chart = (
        alt.Chart(rows(data), name="names")
        .mark_text(align="left", dx=8, fontSize=12, fontWeight=600, baseline="middle")
        .encode(x=x, y="accuracy:Q", color=_colour(decision), text="name:N")
    )
    return names
