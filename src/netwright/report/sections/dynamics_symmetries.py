"""Which symmetries a network has, how exactly, and which are absent and why."""

from collections.abc import Sequence

from netwright.records.symmetry import Absence, Symmetry, SymmetryTable
from netwright.report.anchors import anchor
from netwright.report.scientific import scientific
from netwright.report.sections.section import Section
from netwright.report.table import Cell, Table

_MOST_NAMES = 6


def symmetries_section(table: SymmetryTable) -> Section:
    """Return the families of symmetries, and the places where one might be expected and is absent.

    Args:
        table: The symmetries of a network under a loss.

    Returns:
        The section.
    """
    content = {
        "loss": table.loss,
        "mode": table.mode,
        "found": found_table(table.symmetries),
        "absent": absent_table(table.absent),
        "places": len(table.absent),
    }
    return Section("symmetries", "The network's symmetries", content)


def found_table(symmetries: Sequence[Symmetry]) -> Table:
    """Return one row a family: kind, place, parameters, charges, residual.

    Args:
        symmetries: The families.

    Returns:
        The table.
    """
    columns = (
        Cell("Place"),
        Cell("Kind"),
        Cell("Charges"),
        Cell("Holds"),
        Cell("Residual", below="|⟨g, v⟩| / (|g| |v|)"),
        Cell("Parameters"),
    )
    rows = [
        (
            Cell(one.place, anchor=anchor("symmetries", one.kind, one.place)),
            Cell(one.kind),
            Cell(f"{one.count:,}" if one.conserves else "–", below="" if one.conserves else "constrains only"),
            Cell("exactly", kind="pass", symbol="✓")
            if one.exact
            else Cell("up to epsilon", kind="undecided", symbol="≈"),
            Cell(scientific(one.residual)),
            Cell(_listed(one.parameters)),
        )
        for one in symmetries
    ]
    return Table(columns, tuple(rows))


def absent_table(absent: Sequence[Absence]) -> Table:
    """Return one row a kind and reason, with all places where it is absent for that reason.

    Args:
        absent: Where one might be expected and is not.

    Returns:
        The table.
    """
    places: dict[tuple[str, str], list[str]] = {}
    for one in absent:
        places.setdefault((one.kind, one.reason), []).append(one.place)
    rows = [(Cell(kind), Cell(_listed(own)), Cell(reason)) for (kind, reason), own in places.items()]
    return Table((Cell("Kind"), Cell("Where"), Cell("Why it is absent")), tuple(rows))


def _listed(names: Sequence[str]) -> str:
    rest = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
    return ", ".join(names[:_MOST_NAMES]) + rest
