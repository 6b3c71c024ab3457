"""How the deciding token approaches its last state: the mean over texts with its spread, and every text."""

from collections.abc import Sequence

import altair as alt

from netwright.records.anatomy import LayerAnatomy, Probe
from netwright.report.charts.theme import FITTED, rows
from netwright.report.palette import FACTOR_INKS, GREY

HEIGHT = 320
MOST_TEXTS = 20
"""Texts that are drawn."""
DASHES: tuple[tuple[float, ...], ...] = ((1.0, 0.0), (7.0, 4.0), (1.5, 3.5))
"""The first, second and third text of a task."""
_TARGETS = (FACTOR_INKS[0].light, FACTOR_INKS[2].light)


def mean_chart(layers: LayerAnatomy) -> alt.LayerChart:
    """Return the mean cosine over layers with a band of one standard deviation; the other target dashed.

    Source: figure 1 of "Anatomy and Structured Pruning of Large Language Models".

    Args:
        layers: Layer by layer.

    Returns:
        The chart.
    """
    own = _columns(layers.mean, layers.spread)
    drawn = [_zero_line(layers), *_band(own, layers, 0)]
    if layers.other_cosines:
        other = layers.model_copy(update={"cosines": layers.other_cosines, "other_cosines": ()})
        drawn += _band(_columns(other.mean, other.spread), layers, 1)
    return alt.LayerChart(layer=drawn, autosize=FITTED).properties(height=HEIGHT)


def text_chart(layers: LayerAnatomy) -> alt.LayerChart:
    """Return the cosine over layers of every text, a colour a task.

    Source: figure 1a of "Anatomy and Structured Pruning of Large Language Models".

    Args:
        layers: Layer by layer; the first `MOST_TEXTS` texts are drawn.

    Returns:
        The chart.
    """
    inks, dashes = text_looks(layers.probes)
    shown = range(min(len(layers.probes), MOST_TEXTS))
    data = [
        {"n": layer, "c": round(cosine, 5), "t": text}
        for text in shown
        for layer, cosine in enumerate(layers.cosines[text])
    ]
    names = rows([{"t": text, "task": layers.probes[text].task, "text": layers.probes[text].text} for text in shown])
    look = {
        "color": alt.Color("t:O", legend=None, scale=alt.Scale(domain=list(shown), range=[_ink(i) for i in inks])),
        "strokeDash": alt.StrokeDash(
            "t:O", legend=None, scale=alt.Scale(domain=list(shown), range=[list(DASHES[i]) for i in dashes])
        ),
    }
    base = alt.Chart(rows(data)).transform_lookup(
        lookup="t", from_=alt.LookupData(data=names, key="t", fields=["task", "text"])
    )
    tooltip = [alt.Tooltip("task:N"), alt.Tooltip("text:N"), alt.Tooltip("c:Q", title="cosine", format="+.3f")]
    line = base.mark_line(strokeWidth=1.8).encode(x=_layers(layers), y=_cosines("c"), tooltip=tooltip, **look)
    return alt.LayerChart(layer=[_zero_line(layers), line], autosize=FITTED).properties(height=HEIGHT)


def text_looks(probes: Sequence[Probe]) -> tuple[list[int | None], list[int]]:
    """Return the look of each text that is drawn: the slot of its task's colour, and which of `DASHES` it has.

    Args:
        probes: The texts.

    Returns:
        Slots of `FACTOR_INKS`, None (grey) beyond them; indices of `DASHES`, by its place among those of its task.

    >>> from netwright.records.anatomy import Probe
    >>> text_looks([Probe(text="a", task="tone"), Probe(text="b", task="irony"), Probe(text="c", task="tone")])
    ([0, 1, 0], [0, 0, 1])
    """
    shown = probes[:MOST_TEXTS]
    tasked = any(probe.task for probe in shown)
    keys = [probe.task if tasked else str(number) for number, probe in enumerate(shown)]
    order = list(dict.fromkeys(keys))
    slots = [order.index(key) if order.index(key) < len(FACTOR_INKS) else None for key in keys]
    return slots, [min(keys[:place].count(key), len(DASHES) - 1) for place, key in enumerate(keys)]


def _ink(slot: int | None) -> str:
    return GREY.light if slot is None else FACTOR_INKS[slot].light


def _columns(means: Sequence[float], spreads: Sequence[float]) -> list[dict[str, object]]:
    return [
        {
            "n": layer,
            "c": round(mean, 5),
            "s": round(spread, 5),
            "low": round(mean - spread, 5),
            "high": round(mean + spread, 5),
        }
        for layer, (mean, spread) in enumerate(zip(means, spreads, strict=True))
    ]


def _band(data: list[dict[str, object]], layers: LayerAnatomy, slot: int) -> list[alt.Chart]:
    base, colour = alt.Chart(rows(data)).encode(x=_layers(layers)), _TARGETS[slot]
    tooltip = [
        alt.Tooltip("n:Q", title="layer"),
        alt.Tooltip("c:Q", title="mean", format="+.3f"),
        alt.Tooltip("s:Q", title="spread", format=".3f"),
    ]
    band = base.mark_area(color=colour, opacity=0.18).encode(y=_cosines("low"), y2="high:Q")
    point = alt.OverlayMarkDef(size=36, filled=True, color=colour)
    line = base.mark_line(color=colour, strokeWidth=2.4, point=point, strokeDash=list(DASHES[slot])).encode(
        y=_cosines("c"), tooltip=tooltip
    )
    return [band, line] if len(layers.probes) > 1 else [line]


def _zero_line(layers: LayerAnatomy) -> alt.Chart:
    ends = rows([{"n": 0, "c": 0.0}, {"n": layers.layers, "c": 0.0}])
    line: alt.Chart = (
        alt.Chart(ends).mark_line(color=GREY.light, strokeWidth=1).encode(x=_layers(layers), y=_cosines("c"))
    )
    return line


def _layers(layers: LayerAnatomy) -> alt.X:
    axis = alt.Axis(title="Layers that the token has passed", format="d", tickMinStep=1, labelOverlap="greedy")
    return alt.X("n:Q", axis=axis, scale=alt.Scale(domain=[0, layers.layers], nice=False))


def _cosines(field: str) -> alt.Y:
    axis = alt.Axis(title=None, tickCount=6, format=".1f", grid=True)
    return alt.Y(f"{field}:Q", axis=axis, scale=alt.Scale(zero=True, nice=True))
