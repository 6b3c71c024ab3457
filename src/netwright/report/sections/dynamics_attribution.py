"""What moved the charges: decay, the finite step, broken symmetry, rounding."""

from collections.abc import Sequence

from netwright.records.dynamics import ChargeSeries, Dynamics
from netwright.report.anchors import anchor
from netwright.report.charts.dynamics_attribution import (
    MOST_ROWS,
    PART_INKS,
    attributed,
    attribution_chart,
    parts_of,
)
from netwright.report.palette import FACTOR_INKS
from netwright.report.scientific import scientific
from netwright.report.sections.section import Section, drawn
from netwright.report.table import Cell, Table


def attribution_section(record: Dynamics) -> Section | None:
    """Return what moved each family's charges, over the steps that were looked at closely.

    Args:
        record: What was seen of a training.

    Returns:
        The section; None where no change is attributed.
    """
    known = attributed(record.series)
    if not known:
        return None
    chart = attribution_chart(record.series)
    steps = max(one.attribution.steps for one in known if one.attribution)
    content = {
        "steps": steps,
        "hidden": max(0, len(known) - MOST_ROWS),
        "parts": [(name, FACTOR_INKS.index(ink) if ink in FACTOR_INKS else "x") for name, ink in PART_INKS.items()],
        "table": attribution_table(known),
        "height": (chart.height if chart else 0) + 60,
    }
    return Section("attribution", "What moved the charges", content, drawn({"attribution": chart}))


def attribution_table(series: Sequence[ChargeSeries]) -> Table:
    """Return one row a family: its change and the four parts of it, each divided by the size of its charges.

    Args:
        series: Families whose change is attributed.

    Returns:
        The table.
    """
    columns = (Cell("Family"), Cell("Kind"), Cell("Change"), *(Cell(name.capitalize()) for name in PART_INKS))
    rows = [
        (
            Cell(one.place, anchor=anchor("attribution", one.kind, one.place)),
            Cell(one.kind),
            *(Cell(scientific(part)) for part in (one.attribution.change, *parts_of(one.attribution).values())),
        )
        for one in series
        if one.attribution
    ]
    return Table(columns, tuple(rows))
