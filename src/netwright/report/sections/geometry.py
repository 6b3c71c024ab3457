"""How far gradient and Hessian are from what symmetries demand of them."""

from collections.abc import Sequence

from netwright.records.geometry import Geometry, Residual
from netwright.report.anchors import anchor
from netwright.report.charts.geometry import geometry_chart
from netwright.report.constraint_state import state_of
from netwright.report.scientific import scientific
from netwright.report.sections.section import Section, drawn
from netwright.report.table import Cell, Table

_STATES = {"fails": ("✗", "fail"), "as predicted": ("≈", "undecided"), "holds": ("✓", "pass")}


def geometry_section(geometry: Geometry) -> Section:
    """Return every constraint with its residual, those that do not hold first.

    Args:
        geometry: The residuals.

    Returns:
        The section.
    """
    chart = geometry_chart(geometry.residuals)
    ranked = sorted(geometry.residuals, key=lambda residual: list(_STATES).index(state_of(residual)))
    content = {
        "dtype": geometry.dtype,
        "table": geometry_table(ranked),
        "height": (chart.height if chart else 0) + 60,
    }
    return Section("geometry", "Constraints on gradient and Hessian", content, drawn({"geometry": chart}))


def geometry_table(residuals: Sequence[Residual]) -> Table:
    """Return one row a family and constraint.

    Args:
        residuals: The residuals.

    Returns:
        The table.
    """
    columns = (
        Cell("Place"),
        Cell("Kind"),
        Cell("Constraint"),
        Cell("Generators"),
        Cell("Residual", below="relative, the largest"),
        Cell("Tolerance"),
        Cell("Predicted defect", below="of a normalisation's epsilon"),
    )
    return Table(columns, tuple(_row(residual) for residual in residuals))


def _row(residual: Residual) -> tuple[Cell, ...]:
    symbol, kind = _STATES[state_of(residual)]
    return (
        Cell(residual.place, anchor=anchor("geometry", residual.kind, residual.formula, residual.place)),
        Cell(residual.kind),
        Cell(residual.formula),
        Cell(f"{residual.generators:,}"),
        Cell(scientific(residual.value), kind=kind, symbol=symbol),
        Cell(scientific(residual.tolerance, 1)),
        Cell(scientific(residual.predicted)),
    )
