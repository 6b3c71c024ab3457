"""The laws of time and memory: cost against training samples, both logarithmic, with 90% bands."""

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from netwright.records.decision import Decision
from netwright.records.growth import Growth
from netwright.report.charts.axis import Axis, axis_of
from netwright.report.charts.channels import candidate_channel, images_channel, value_channel
from netwright.report.charts.theme import FITTED, rows
from netwright.report.palette import candidate_slots
from netwright.report.points import REACH, drawn_sizes

HEIGHT = 260
_STEPS = 12


def growth_chart(decision: Decision, title: str, laws: Mapping[str, Growth]) -> alt.LayerChart | None:
    """Return the drawing of one cost of every candidate against training samples.

    Lines are medians of the laws' draws, bands their 90% intervals; dots are measured means. Dashed beyond the
    measured sizes.

    Args:
        decision: The decision, which gives candidates their colours.
        title: What grows.
        laws: Candidate -> its law, all of one unit; those without a colour are drawn as dots only.

    Returns:
        The chart; None where there is no law.
    """
    if not laws:
        return None
    slots = candidate_slots(decision)
    lines = [row for name, law in laws.items() if slots.get(name) is not None for row in law_rows(name, law)]
    dots = [
        {"name": name, "n": n, "cost": cost}
        for name, law in laws.items()
        for n, cost in zip(law.sizes, law.values, strict=True)
    ]
    unit = next(iter(laws.values())).unit
    axis = axis_of(title, unit, [row[key] for row in (*lines, *dots) for key in ("cost", "low", "high") if key in row])
    sizes = sorted({n for law in laws.values() for n in law.sizes})
    layers = [*_lines(decision, _scaled(lines, axis), axis, sizes), _dots(decision, _scaled(dots, axis), axis, sizes)]
    return alt.LayerChart(layer=layers, autosize=FITTED).properties(height=HEIGHT)


def law_rows(name: str, law: Growth) -> list[dict[str, Any]]:
    """Return a law at geometric steps from the smallest size to `REACH` times the largest.

    Args:
        name: The candidate.
        law: Its law.

    Returns:
        Rows with n, cost and its interval in the base unit, and whether n was measured; the largest size is in both.
    """
    made = []
    for part, n in drawn_sizes(law.sizes[0], law.sizes[-1], _STEPS):
        cost, low, high = law.predict(n)
        made.append({"name": name, "n": round(n, 1), "part": part, "cost": cost, "low": low, "high": high})
    return made


def _scaled(made: list[dict[str, Any]], axis: Axis) -> list[dict[str, Any]]:
    costs = ("cost", "low", "high")
    return [
        {key: float(f"{value / axis.factor:.4g}") if key in costs else value for key, value in row.items()}
        for row in made
    ]


def _lines(decision: Decision, data: list[dict[str, Any]], axis: Axis, sizes: Sequence[int]) -> list[alt.Chart]:
    if not data:
        return []
    x, colour = images_channel(sizes, sizes[-1] * REACH), candidate_channel(decision)
    bands = (
        alt.Chart(rows(data))
        .mark_area(opacity=0.13, clip=True)
        .encode(x=x, y=value_channel(alt.Y, "low", axis), y2="high:Q", color=colour, detail="part:N")
    )
    dash = alt.StrokeDash(
        "part:N", legend=None, scale=alt.Scale(domain=["measured", "extrapolated"], range=[[1, 0], [5, 4]])
    )
    drawn = (
        alt.Chart(rows(data))
        .mark_line(strokeWidth=2, clip=True)
        .encode(x=x, y=value_channel(alt.Y, "cost", axis), color=colour, strokeDash=dash, tooltip=_told())
    )
    return [bands, drawn]


def _dots(decision: Decision, data: list[dict[str, Any]], axis: Axis, sizes: Sequence[int]) -> alt.Chart:
    x = images_channel(sizes, sizes[-1] * REACH)
    dots: alt.Chart = (
        alt.Chart(rows(data))
        .mark_point(filled=True, size=30, opacity=0.9)
        .encode(x=x, y=value_channel(alt.Y, "cost", axis), color=candidate_channel(decision), tooltip=_told()[:3])
    )
    return dots


def _told() -> list[alt.Tooltip]:
    return [
        alt.Tooltip("name:N", title="candidate"),
        alt.Tooltip("n:Q", title="training samples", format=",.0f"),
        alt.Tooltip("cost:Q", title="cost", format=".3~r"),
        alt.Tooltip("low:Q", title="90% low", format=".3~r"),
        alt.Tooltip("high:Q", title="90% high", format=".3~r"),
    ]
