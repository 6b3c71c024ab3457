"""Accuracy against data size: measured points, fitted curves with bands, and what lies beyond the measured sizes."""

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from netwright.records.curve import Curve
from netwright.records.decision import Decision
from netwright.records.trial import TrialResult
from netwright.report.charts.channels import candidate_channel, images_channel
from netwright.report.charts.labels import spread
from netwright.report.charts.theme import FITTED, rows
from netwright.report.figures import limit_text
from netwright.report.palette import GREY, MUTED, candidate_slots
from netwright.report.points import REACH, Point, accuracy_points, drawn_sizes

HEIGHT = 400
_STEPS = 28
_FEW_STEPS = 8


def scaling_chart(decision: Decision, results: Sequence[TrialResult]) -> alt.LayerChart | None:
    """Return the drawing of accuracy against training samples.

    Lines are the posterior medians of the fitted curves, bands their 90% intervals; dots are single trials. Solid
    where sizes were measured, dashed beyond, up to `REACH` times the largest.

    Args:
        decision: The decision, with its curves.
        results: The trials; may be empty.

    Returns:
        The chart; None where no accuracy was measured at all.
    """
    points = {a.name: accuracy_points(a, results) for a in decision.candidates}
    slots = candidate_slots(decision)
    # a grey line among many needs no more than its course
    steps = {name: _FEW_STEPS if slot is None else _STEPS for name, slot in slots.items()}
    lines = {a.name: curve_rows(a.name, a.curve, steps[a.name]) for a in decision.candidates if a.curve is not None}
    sizes = sorted({p.size for each in points.values() for p in each} | set(decision.scenario.design.sizes))
    if not any(points.values()) and not lines:
        return None
    last = sizes[-1]
    far = last * REACH if lines else last
    low, high = _domain(decision, points, lines)
    x = images_channel(sizes, far)
    layers = [
        *_bounds(decision, sizes[0], x, low, high),
        *(_frontier(last, x, high) if lines else []),
        *_curves(decision, lines, x),
        _dots(decision, points, x),
        _names(decision, points, lines, x, (low, high)),
    ]
    return alt.LayerChart(layer=layers, autosize=FITTED).properties(height=HEIGHT)


def curve_rows(name: str, curve: Curve, steps: int = _STEPS) -> list[dict[str, Any]]:
    """Return the curve of a candidate at geometric steps from the smallest size to `REACH` times the largest.

    Args:
        name: The candidate.
        curve: Its curve.
        steps: Steps between the smallest and the largest measured size.

    Returns:
        Rows with n, accuracy, its interval, and whether n was measured; the largest size is in both parts.
    """
    return [_row(name, curve, n, part) for part, n in drawn_sizes(curve.sizes[0], curve.sizes[-1], steps)]


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


def _y_axis(domain: tuple[float, float]) -> alt.Y:
    axis = alt.Axis(title="Accuracy on the test samples", format=".2~f", tickCount=6, titleY=-14, titleX=0)
    return alt.Y("accuracy:Q", axis=axis, scale=alt.Scale(domain=list(domain), zero=False, nice=False))


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
    colour = candidate_channel(decision)
    tooltip = [
        alt.Tooltip("name:N", title="candidate"),
        alt.Tooltip("n:Q", title="training samples", format=",.0f"),
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
        alt.Tooltip("n:Q", title="training samples", format=",d"),
        alt.Tooltip("seed:N", title="seed"),
        alt.Tooltip("accuracy:Q", title="accuracy", format=".4f"),
    ]
    dots: alt.Chart = (
        alt.Chart(rows(data))
        .mark_point(filled=True, size=26, opacity=0.75)
        .encode(x=x, y="accuracy:Q", color=candidate_channel(decision), tooltip=tooltip)
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
        .encode(x=x, y="accuracy:Q", color=candidate_channel(decision), text="name:N")
    )
    return names
