"""Neurons that nothing reads, and pairs that cancel each other."""

from netwright.records.anatomy import Anatomy
from netwright.records.delivery_graph import DeliveryGraph
from netwright.report.figures import decimal_text
from netwright.report.sections.section import Section
from netwright.report.table import Cell, Table

SHOWN = 60


def loose_ends_section(record: Anatomy) -> Section:
    """Return the dangling nodes of the delivery graph and the offsetting pairs.

    Args:
        record: What was seen of a model.

    Returns:
        The section.
    """
    graph = record.graph
    dangling = sum(node.dangling for node in graph.nodes)
    content = {
        "bound": decimal_text(graph.dangling_below, 3),
        "nodes": len(graph.nodes),
        "dangling": dangling_table(graph),
        "offsets": offset_table(graph),
        "hidden_dangling": max(0, dangling - SHOWN),
        "hidden_offsets": max(0, len(graph.offsets) - SHOWN),
    }
    return Section("loose-ends", "Dangling and offsetting neurons", content, template="anatomy_loose_ends")


def dangling_table(graph: DeliveryGraph) -> Table:
    """Return the nodes that nothing downstream reads, those of the largest |cosine| first.

    Args:
        graph: The graph.

    Returns:
        The table, of at most `SHOWN` rows.
    """
    found = sorted((node for node in graph.nodes if node.dangling), key=lambda node: -abs(node.cosine))
    rows = tuple(
        (Cell(f"layer {node.layer}, neuron {node.neuron:,}"), Cell(decimal_text(node.cosine, 3, signed=True)))
        for node in found[:SHOWN]
    )
    return Table((Cell("Neuron"), Cell("Cosine with the decision", below="mean over texts")), rows)


def offset_table(graph: DeliveryGraph) -> Table:
    """Return the pairs of neurons of different layers that write against each other, the most opposite first.

    Args:
        graph: The graph.

    Returns:
        The table, of at most `SHOWN` rows.
    """
    rows = tuple(
        (
            Cell(f"layer {pair.first[0]}, neuron {pair.first[1]:,}"),
            Cell(f"layer {pair.second[0]}, neuron {pair.second[1]:,}"),
            Cell(decimal_text(pair.cosine, 3, signed=True)),
        )
        for pair in graph.offsets[:SHOWN]
    )
    return Table((Cell("Neuron"), Cell("Cancelled by"), Cell("Cosine", below="of what they write")), rows)
