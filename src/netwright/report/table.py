"""A table of a report: cells under their titles."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Cell:
    """One cell of a table.

    Args:
        text: What it says.
        below: A second, quieter line.
        symbol: A sign before the text, which says without colour what `kind` says with it.
        kind: What it means, such as `pass`; its colour.
        candidate: The candidate whose colour it bears; empty for none.
        anchor: What a link to it ends in; empty where nothing links to it.
    """

    text: str
    below: str = ""
    symbol: str = ""
    kind: str = ""
    candidate: str = ""
    anchor: str = ""


@dataclass(frozen=True)
class Table:
    """Cells under their titles; the first cell of a row is its title.

    Args:
        columns: One a column.
        rows: As long as `columns`, each.
    """

    columns: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]


def candidate_cell(candidate: str, anchor: str = "", below: str = "") -> Cell:
    """Return the cell that names a candidate.

    Args:
        candidate: The candidate.
        anchor: What a link to it ends in.
        below: A second line.

    Returns:
        The cell, in the candidate's colour.
    """
    return Cell(candidate, below=below, candidate=candidate, anchor=anchor)
