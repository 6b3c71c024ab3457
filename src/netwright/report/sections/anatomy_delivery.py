"""What delivers the decision: embeddings, attention, neurons."""

from collections.abc import Sequence

from netwright.records.anatomy import Anatomy, Delivery
from netwright.report.anatomy_shares import strong_neurons
from netwright.report.charts.anatomy_delivery import PART_INKS, delivery_chart
from netwright.report.palette import FACTOR_INKS
from netwright.report.sections.section import Section, drawn
from netwright.report.table import Cell, Table

SHOWN = 20


def delivery_section(record: Anatomy) -> Section | None:
    """Return the shares of every part in the state that decides, and the neurons that deliver most.

    Args:
        record: What was seen of a model.

    Returns:
        The section; None where the state was not taken apart.
    """
    if not record.deliveries:
        return None
    chart = delivery_chart(record.deliveries)
    content = {
        "target": record.deliveries[0].target,
        "count": len(record.deliveries),
        "error": f"{max(abs(one.error) for one in record.deliveries):.0e}",
        "parts": [(name, FACTOR_INKS.index(ink) if ink in FACTOR_INKS else "x") for name, ink in PART_INKS.items()],
        "table": strongest_table(record.deliveries),
        "height": (chart.height if chart else 0) + 60,
    }
    return Section("delivery", "What delivers the decision", content, drawn({"delivery": chart}), "anatomy_delivery")


def strongest_table(deliveries: Sequence[Delivery]) -> Table:
    """Return the neurons that are among the strongest of most texts.

    Args:
        deliveries: One a text.

    Returns:
        The table, of at most `SHOWN` rows.
    """
    columns = (Cell("Neuron"), Cell("Among the strongest", below="of so many texts"), Cell("Delivers", below="mean"))
    rows = [
        (
            Cell(f"layer {one.layer}, neuron {one.neuron:,}"),
            Cell(f"{one.texts} of {len(deliveries)}"),
            Cell(f"{one.share:+.2%}".replace("-", "−")),
        )
        for one in strong_neurons(deliveries)[:SHOWN]
    ]
    return Table(columns, tuple(rows))
