"""The active neurons layer by layer, the edges between them, and how their number narrows and widens."""

import altair as alt

from netwright.records.anatomy import Anatomy
from netwright.records.delivery_graph import DeliveryGraph
from netwright.report.anatomy_signs import SIGNS, signs_of
from netwright.report.charts.row_titles import row_titles, rows_channel
from netwright.report.charts.theme import FITTED, rows
from netwright.report.palette import FACTOR_INKS, GREY, LINE

SIGN_SLOTS = {"aligned": 1, "opposed": 3, "changes sides": 0}
"""Sign -> slot of its colour in `FACTOR_INKS`."""
MOST_NODES = 4000
MOST_EDGES = 80
ROW = 46


def graph_chart(record: Anatomy) -> alt.LayerChart | None:
    """Return a row a layer and a point a neuron, with the strongest edges as lines.

    Behind the points stands the outline of the counts: as wide as many neurons of a layer are active, so that a funnel
    looks like one.

    Source: figures 2 and 3 of "Anatomy and Structured Pruning of Large Language Models".

    Args:
        record: What was seen of a model; the `MOST_EDGES` strongest edges and the `MOST_NODES` nodes of largest
            |cosine| are drawn.

    Returns:
        The chart; None where no neuron is active.
    """
    graph = record.graph
    if not graph.nodes:
        return None
    counts = graph.counts
    y = rows_channel(len(counts))
    axis = alt.Axis(title="Neuron", format=",d", tickCount=5, labelOverlap="greedy", labelSeparation=6)
    x = alt.X("x:Q", axis=axis, scale=alt.Scale(domain=[0, max(graph.sizes)], nice=False))
    layers = [_outline(graph, x, y), _edges(graph, x, y), _points(record, x, y)]
    titles = [f"Layer {layer}: {count:,}" for layer, count in enumerate(counts)]
    chart = alt.LayerChart(layer=[*layers, row_titles(titles, y)], autosize=FITTED)
    return chart.properties(height=max(ROW * len(counts), 120))


def _outline(graph: DeliveryGraph, x: alt.X, y: alt.Y) -> alt.Chart:
    middle, most = max(graph.sizes) / 2, max(graph.counts)
    data = [
        {"place": layer, "x": middle * (1 - count / most), "end": middle * (1 + count / most)}
        for layer, count in enumerate(graph.counts)
    ]
    # an area along y, from left to right of the middle
    outline: alt.Chart = (
        alt.Chart(rows(data))
        .mark_area(orient="horizontal", color=LINE.light, opacity=0.75)
        .encode(x=x, x2="end:Q", y=y)
    )
    return outline


def _edges(graph: DeliveryGraph, x: alt.X, y: alt.Y) -> alt.Chart:
    shown = graph.edges[:MOST_EDGES]
    most = max((abs(edge.attribution) for edge in shown), default=0.0) or 1.0
    data = [
        {
            "x": graph.nodes[edge.source].neuron,
            "place": graph.nodes[edge.source].layer,
            "x2": graph.nodes[edge.target].neuron,
            "place2": graph.nodes[edge.target].layer,
            "share": round(0.15 + 0.75 * abs(edge.attribution) / most, 3),
            "hands": float(f"{edge.attribution:.3g}"),
        }
        for edge in shown
    ]
    lines: alt.Chart = (
        alt.Chart(rows(data))
        .mark_rule(color=GREY.light)
        .encode(
            x=x,
            x2="x2:Q",
            y=y,
            y2="place2:Q",
            opacity=alt.Opacity("share:Q", scale=None),
            strokeWidth=alt.StrokeWidth("share:Q", legend=None, scale=alt.Scale(domain=[0, 1], range=[0.5, 2.5])),
            tooltip=[alt.Tooltip("hands:Q", title="hands on")],
        )
    )
    return lines


def _points(record: Anatomy, x: alt.X, y: alt.Y) -> alt.Chart:
    signs = signs_of(record)
    shown = sorted(record.graph.nodes, key=lambda node: -abs(node.cosine))[:MOST_NODES]
    data = [
        {
            "x": node.neuron,
            "place": node.layer,
            "sign": signs[node],
            "cosine": round(node.cosine, 4),
            "read": "no" if node.dangling else "yes",
            "shade": 0.0 if node.dangling else 0.85,
        }
        for node in shown
    ]
    scale = alt.Scale(domain=list(SIGNS), range=[FACTOR_INKS[SIGN_SLOTS[sign]].light for sign in SIGNS])
    tooltip = [
        alt.Tooltip("place:Q", title="layer"),
        alt.Tooltip("x:Q", title="neuron"),
        alt.Tooltip("sign:N"),
        alt.Tooltip("cosine:Q", title="mean cosine", format="+.3f"),
        alt.Tooltip("read:N", title="read by later parts"),
    ]
    points: alt.Chart = (
        alt.Chart(rows(data))
        .mark_point(size=34 if len(shown) < 1000 else 12, strokeWidth=1.5, shape="circle")
        .encode(
            x=x,
            y=y,
            stroke=alt.Stroke("sign:N", legend=None, scale=scale),
            fill=alt.Fill("sign:N", legend=None, scale=scale),
            fillOpacity=alt.FillOpacity("shade:Q", scale=None),
            tooltip=tooltip,
        )
    )
    return points
