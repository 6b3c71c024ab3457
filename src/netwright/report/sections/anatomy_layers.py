"""How the deciding token approaches its last state."""

from netwright.records.anatomy import Anatomy, LayerAnatomy
from netwright.report.charts.anatomy_layers import HEIGHT, mean_chart, text_chart, text_looks
from netwright.report.sections.section import Section
from netwright.report.table import Cell, Table

STROKES = ("", "dashed", "dotted")


def layers_section(record: Anatomy) -> Section:
    """Return the cosine of the deciding token with its last state over the layers, as a mean and text by text.

    Args:
        record: What was seen of a model.

    Returns:
        The section.
    """
    layers = record.layers
    slots, dashes = text_looks(layers.probes)
    texts = [
        ("x" if slot is None else slot, STROKES[dash], number, probe)
        for number, (slot, dash, probe) in enumerate(zip(slots, dashes, layers.probes, strict=False))
    ]
    content = {
        "target": layers.target,
        "other": bool(layers.other_cosines),
        "decision": layers.decision,
        "count": len(layers.probes),
        "texts": texts,
        "hidden": len(layers.probes) - len(texts),
        "table": layer_table(layers),
        "height": HEIGHT + 60,
    }
    charts = {"figure-1": mean_chart(layers), "figure-1a": text_chart(layers)}
    return Section("layers", "Layer by layer", content, charts, template="anatomy_layers")


def layer_table(layers: LayerAnatomy) -> Table:
    """Return one row a layer: mean, spread and range over the texts.

    Args:
        layers: Layer by layer.

    Returns:
        The table.
    """
    header, rows = layers.table()
    signed = [tuple(cell.replace("-", "−") for cell in row) for row in rows]
    return Table(tuple(Cell(name.capitalize()) for name in header), tuple(tuple(map(Cell, row)) for row in signed))
