"""The drawings of a model's anatomy that are written as pictures."""

from typing import Any

from netwright.records.anatomy import Anatomy
from netwright.report.charts.anatomy_graph import graph_chart
from netwright.report.charts.anatomy_layers import mean_chart, text_chart


def anatomy_pictures(record: Anatomy) -> dict[str, Any]:
    """Return the drawings by the names of their files.

    Source: figures 1, 1a, 2 (of an encoder) and 3 (of a decoder) of "Anatomy and Structured Pruning of Large Language
    Models".

    Args:
        record: What was seen of a model.

    Returns:
        `figure-1`, `figure-1a`, and `figure-2` for an encoder or `figure-3` for a decoder, where a neuron is active.
    """
    graph = graph_chart(record)
    charts = {"figure-1": mean_chart(record.layers), "figure-1a": text_chart(record.layers)}
    if graph is None:
        return charts
    return charts | {"figure-2" if record.layers.decision == "first" else "figure-3": graph}
