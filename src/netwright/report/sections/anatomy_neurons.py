"""Which neurons write along the decision, layer by layer, and what they hand to each other."""

from netwright.records.anatomy import Anatomy, NeuronAnatomy
from netwright.records.delivery_graph import DeliveryGraph
from netwright.report.charts.anatomy_graph import MOST_EDGES, MOST_NODES, SIGN_SLOTS, graph_chart
from netwright.report.figures import decimal_text
from netwright.report.scientific import scientific
from netwright.report.sections.section import Section, drawn
from netwright.report.table import Cell, Table

SHOWN = 20
"""Rows of a table of the strongest."""


def neurons_section(record: Anatomy) -> Section:
    """Return the active neurons of every layer with the edges between them, where their number narrows, and counts.

    Args:
        record: What was seen of a model.

    Returns:
        The section.
    """
    graph = record.graph
    chart = graph_chart(record)
    content = {
        "threshold": graph.threshold,
        "count": len(record.neurons.probes),
        "signs": [(sign, slot) for sign, slot in SIGN_SLOTS.items()],
        "funnels": graph.funnels,
        "nodes": len(graph.nodes),
        "drawn_edges": min(len(graph.edges), MOST_EDGES),
        "hidden": max(0, len(graph.nodes) - MOST_NODES),
        "presumed": graph.presumed_edges,
        "table": neuron_table(record.neurons),
        "edges": edge_table(graph),
        "height": (chart.height if chart else 0) + 60,
    }
    return Section("neurons", "Neuron by neuron", content, drawn({"figure-2": chart}), template="anatomy_neurons")


def neuron_table(neurons: NeuronAnatomy) -> Table:
    """Return one row a layer: how many neurons are active, and how much texts share them.

    Args:
        neurons: Neuron by neuron.

    Returns:
        The table.
    """
    columns = (
        Cell("Layer"),
        Cell("Neurons"),
        Cell("Threshold", below="|cosine|"),
        Cell("Aligned", below="mean a text"),
        Cell("Opposed", below="mean a text"),
        Cell("Largest", below="|cosine|"),
        Cell("Shared", below="Jaccard, pairs of texts"),
        Cell("Correlation", below="of all cosines"),
    )
    _, rows = neurons.table()
    dashed = [tuple("–" if cell == "-" else cell.replace("-", "−") for cell in row) for row in rows]
    return Table(columns, tuple(tuple(map(Cell, row)) for row in dashed))


def edge_table(graph: DeliveryGraph) -> Table:
    """Return the strongest edges: from where to where, how much, and how directly.

    Args:
        graph: The graph.

    Returns:
        The table, of at most `SHOWN` rows.
    """
    columns = (
        Cell("From"),
        Cell("To"),
        Cell("Hands on", below="a ⟨w, r⟩, mean over texts"),
        Cell("Cosine", below="of what is written and read"),
    )
    rows = []
    for edge in graph.edges[:SHOWN]:
        ends = (graph.nodes[edge.source], graph.nodes[edge.target])
        named = (Cell(f"layer {node.layer}, neuron {node.neuron:,}") for node in ends)
        rows.append((*named, Cell(scientific(edge.attribution, 3)), Cell(decimal_text(edge.cosine, 3, signed=True))))
    return Table(columns, tuple(rows))
