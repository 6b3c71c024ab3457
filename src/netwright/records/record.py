"""The base of every record: frozen, closed, JSON-able, and printed as a table."""

from html import escape
from typing import Self

from pydantic import BaseModel, ConfigDict

Rows = list[tuple[str, ...]]


class Record(BaseModel):
    """An immutable fact that can be written as JSON, read back, compared and printed.

    Subclasses state fields only; they override `table` where a plain list of fields reads badly.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_inf_nan="strings")

    def table(self) -> tuple[tuple[str, ...], Rows]:
        """Return the header and the rows that print this record."""
        return ("field", "value"), [(name, _short(value)) for name, value in self]

    def to_json(self, indent: int | None = None) -> str:
        """Return this record as JSON text; `from_json` reads it back unchanged."""
        return self.model_dump_json(indent=indent)

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """Return the record that `to_json` wrote."""
        return cls.model_validate_json(text)

    def __str__(self) -> str:
        header, rows = self.table()
        return text_table(header, rows)

    def _repr_html_(self) -> str:
        header, rows = self.table()
        head = "".join(f"<th>{escape(cell)}</th>" for cell in header)
        body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def text_table(header: tuple[str, ...], rows: Rows) -> str:
    """Return rows in aligned columns under their header.

    Args:
        header: One title a column.
        rows: One tuple a row, as long as the header.

    Returns:
        The lines, joined, without trailing blanks.

    >>> print(text_table(("name", "n"), [("mlp", "3"), ("resnet", "12")]))
    name    n
    mlp     3
    resnet  12
    """
    widths = [max(len(row[i]) for row in [header, *rows]) for i in range(len(header))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in [header, *rows]]
    return "\n".join(line.rstrip() for line in lines)


def _short(value: object) -> str:
    text = f"{value:.6g}" if isinstance(value, float) else str(value)
    return text if len(text) <= 80 else text[:77] + "..."
