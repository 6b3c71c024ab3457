"""Whether texts use the same neurons: overlaps layer by layer, and how alike the decisions themselves are."""

import altair as alt

from netwright.records.anatomy import NeuronAnatomy
from netwright.report.charts.theme import FITTED, rows
from netwright.report.palette import FACTOR_INKS, GREY, TEXT

HEIGHT = 300
LINES = {
    "jaccard": ("active neurons shared", 1, (1.0, 0.0)),
    "signed_jaccard": ("shared with the same sign", 2, (7.0, 4.0)),
    "correlation": ("correlation of all cosines, mean", 0, (1.0, 0.0)),
    "least_correlation": ("the least of a pair of texts", 0, (1.5, 3.5)),
}
"""Field of an overlap -> what it is, slot of its colour, dashes."""
MOST_TEXTS = 24
"""Texts whose decisions are compared in a drawing."""
_CELL = 26


def overlap_chart(neurons: NeuronAnatomy) -> alt.LayerChart | None:
    """Return overlap and correlation between texts over the layers.

    Args:
        neurons: Neuron by neuron.

    Returns:
        The chart; None for a single text.
    """
    if not neurons.overlaps:
        return None
    axis = alt.Axis(title="Layer", format="d", tickMinStep=1, labelOverlap="greedy")
    last = max(len(neurons.sizes) - 1, 1)
    x = alt.X("n:Q", axis=axis, scale=alt.Scale(domain=[0, last], nice=False, padding=8))
    y = alt.Y("v:Q", axis=alt.Axis(title=None, tickCount=5, format=".1f"), scale=alt.Scale(domain=[-1, 1], nice=False))
    drawn = [alt.Chart(rows([{"v": 0.0}])).mark_rule(color=GREY.light).encode(y=y)]
    for field, (name, slot, dashes) in LINES.items():
        data = [
            {"n": one.layer, "v": round(getattr(one, field), 4), "what": name}
            for one in neurons.overlaps
            if getattr(one, field) is not None
        ]
        ink = FACTOR_INKS[slot].light
        point = alt.OverlayMarkDef(size=30, color=ink)
        line = alt.Chart(rows(data)).mark_line(color=ink, strokeWidth=2, strokeDash=list(dashes), point=point)
        tooltip = [alt.Tooltip("what:N"), alt.Tooltip("v:Q", title="value", format="+.3f")]
        drawn += [line.encode(x=x, y=y, tooltip=tooltip)] if data else []
    return alt.LayerChart(layer=drawn, autosize=FITTED).properties(height=HEIGHT)


def target_chart(neurons: NeuronAnatomy) -> alt.LayerChart | None:
    """Return the cosines between the decisions of the texts, a cell a pair.

    Args:
        neurons: Neuron by neuron; the first `MOST_TEXTS` texts are drawn.

    Returns:
        The chart; None for a single text.
    """
    count = min(len(neurons.probes), MOST_TEXTS)
    if count < 2:
        return None
    data = [
        {
            "i": first,
            "j": second,
            "c": round(neurons.target_cosines[first][second], 3),
            "sign": "alike" if neurons.target_cosines[first][second] > 0 else "opposite",
            "size": round(0.75 * abs(neurons.target_cosines[first][second]), 3),
        }
        for first in range(count)
        for second in range(count)
    ]
    axis = alt.Axis(title=None, labelAngle=0, grid=False, ticks=False, domain=False)
    scale = alt.Scale(paddingInner=0.06, paddingOuter=0)
    base = alt.Chart(rows(data)).encode(x=alt.X("j:O", axis=axis, scale=scale), y=alt.Y("i:O", axis=axis, scale=scale))
    inks = alt.Scale(domain=["alike", "opposite"], range=[FACTOR_INKS[1].light, FACTOR_INKS[3].light])
    cells = base.mark_rect().encode(
        color=alt.Color("sign:N", legend=None, scale=inks),
        opacity=alt.Opacity("size:Q", scale=None),
        tooltip=[alt.Tooltip("i:O", title="text"), alt.Tooltip("j:O", title="text"), alt.Tooltip("c:Q", format="+.3f")],
    )
    layers = [cells]
    if count <= 12:
        # a layer of this name is left out on narrow screens, where figures do not fit into cells
        layers.append(
            base.mark_text(fontSize=11, color=TEXT.light)
            .encode(text=alt.Text("c:Q", format="+.2f"))
            .properties(name="names-values")
        )
    return alt.LayerChart(layer=layers, autosize=FITTED).properties(height=max(_CELL * count, 160))
