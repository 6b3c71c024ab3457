"""Encodings that several drawings share: a quality on an axis, training samples, a candidate's colour."""

from collections.abc import Sequence
from math import inf, log10
from typing import Any

import altair as alt

from netwright.records.decision import Decision
from netwright.report.charts.axis import Axis
from netwright.report.palette import candidate_colours


def value_channel(kind: Any, field: str, axis: Axis) -> Any:
    """Return a channel for values of a quality.

    Args:
        kind: `alt.X` or `alt.Y`.
        field: The field, in the axis's unit.
        axis: The axis.

    Returns:
        The channel.
    """
    kind_of = {"type": "log"} if axis.logarithmic else {"type": "linear", "zero": False}
    scale = alt.Scale(domain=list(axis.domain), nice=False, **kind_of)
    look: dict[str, Any] = {"title": axis.title, "grid": True}
    if kind is alt.Y:
        look |= {"titleY": -14, "titleX": 0}
    return kind(f"{field}:Q", scale=scale, axis=alt.Axis(**look, **_ticks(axis)))


def images_channel(sizes: Sequence[int], far: float) -> alt.X:
    """Return a logarithmic channel for training samples, with a mark at each size.

    Args:
        sizes: The sizes, ascending.
        far: The end of the axis; marks beyond the sizes are at 2 and 4 times the largest.

    Returns:
        The channel, of the field `n`.
    """
    marks = sorted({*sizes, *(sizes[-1] * factor for factor in (2, 4) if sizes[-1] * factor <= far)})
    # where sizes crowd, those that would cover each other lose their label, not their tick
    axis = alt.Axis(values=marks, format=",d", title="Training samples", labelOverlap="greedy", labelSeparation=4)
    low, high = sizes[0] / 1.06, far * 1.02
    return alt.X("n:Q", axis=axis, scale=alt.Scale(type="log", domain=[low, high], nice=False))


def candidate_channel(decision: Decision) -> alt.Color:
    """Return the channel of a candidate's colour.

    Args:
        decision: The decision.

    Returns:
        The channel, of the field `name`.
    """
    colours = candidate_colours(decision)
    return alt.Color("name:N", legend=None, scale=alt.Scale(domain=list(colours), range=list(colours.values())))


_MANTISSAS: tuple[tuple[float, tuple[float, ...]], ...] = (
    (0.8, (1, 1.5, 2, 2.5, 3, 4, 5, 6, 7, 8)),
    (2.5, (1, 2, 5)),
    (5.0, (1, 3)),
    (inf, (1,)),
)


def _ticks(axis: Axis) -> dict[str, Any]:
    if not axis.logarithmic:
        return {"format": ".3~f", "tickCount": 6}
    # round values of every decade: Vega's own log ticks crowd or, over less than a decade, vanish
    low, high = axis.domain
    decades = log10(high / low)
    mantissas = next(steps for most, steps in _MANTISSAS if decades < most)
    ticks = [mantissa * 10.0**power for power in range(-12, 16) for mantissa in mantissas]
    return {"values": [float(f"{t:.3g}") for t in ticks if low <= t <= high], "format": "~r", "labelOverlap": "greedy"}
