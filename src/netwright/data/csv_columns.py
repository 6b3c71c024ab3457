"""Reading a CSV file as columns of numbers and words, with every fault told by file, line and column."""

import csv
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import psutil

from netwright.data.encoding import Numbers, Words
from netwright.records.errors import DataError

MISSING = frozenset({"", "?", "na", "n/a", "nan", "none", "null"})
"""What stands for a missing number, in lower or upper case; a missing word is an empty cell."""
MOSTLY = 0.9
"""From this share of numbers on, a column is one of numbers, and what is none in it is a fault."""
LONGEST = 256
"""Characters of a cell in a column of words; longer ones are texts, which are no column of a table."""
_DELIMITERS = ",;\t"
_NAMED = 10
# a cell of text takes about this many times its length while it is read
_BLOW_UP, _SHARE_OF_MEMORY = 12, 0.4


@dataclass(frozen=True, eq=False)
class CsvFile:
    """The cells of a CSV file.

    Args:
        path: The file.
        cells: Column -> its cells, text without blanks around it.
        lines: The line on which each row ends.
    """

    path: Path
    cells: dict[str, list[str]]
    lines: list[int]

    def place(self, row: int, column: str) -> str:
        """Return where a cell stands, in words."""
        return f"{self.path}, line {self.lines[row]}, column {column!r}"


def read_csv(path: Path) -> CsvFile:
    """Read a CSV file whose first line names its columns.

    The delimiter is the one of comma, semicolon and tabulator that is most frequent in the first line.

    Args:
        path: The file, UTF-8.

    Returns:
        Its cells.

    Raises:
        DataError: It cannot be read, has no rows, a column has no name or that of another one, or a row has more or
            fewer cells than there are columns: all such rows, the first ten by line.

    Source: RFC 4180 for the format.
    """
    try:
        size, free = path.stat().st_size, psutil.virtual_memory().available
        if _BLOW_UP * size > _SHARE_OF_MEMORY * free:
            raise DataError(
                f"{path} has {size / 1e9:.1f} GB, too much for the {free / 1e9:.1f} GB of memory that are free; take "
                "fewer rows or columns"
            )
        with path.open(encoding="utf-8-sig", newline="") as file:
            head = file.readline()
            file.seek(0)
            reader = csv.reader(file, delimiter=max(_DELIMITERS, key=head.count), strict=True)
            names, rows, lines = _rows(path, reader)
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror}; correct the path") from error
    except UnicodeDecodeError as error:
        raise DataError(f"{path} is no UTF-8 text (byte {error.start}); save it as UTF-8") from error
    if not rows:
        raise DataError(f"{path} has no rows below its first line; add some")
    return CsvFile(path, {name: [row[place] for row in rows] for place, name in enumerate(names)}, lines)


def as_column(name: str, files: Sequence[CsvFile]) -> tuple[list[Numbers | Words], list[str]]:
    """Return a column of the training file, and of the test file where there is one, as numbers or as words.

    It is a column of numbers where nine in ten of the training file's values are, of words elsewhere.

    Args:
        name: The column.
        files: The training file first; each has that column.

    Returns:
        (values of each file, faults): a fault names the place of a cell that is no finite number in a column of
        numbers, or a long text in one of words.
    """
    parsed = [[_number(cell) for cell in file.cells[name]] for file in files]
    numeric = _is_numeric(parsed[0])
    look = _at_number if numeric else _at_word
    faults = [
        f"{file.place(row, name)}: found {found}"
        for file, numbers in zip(files, parsed, strict=True)
        for row, (cell, number) in enumerate(zip(file.cells[name], numbers, strict=True))
        if (found := look(cell, number))
    ]
    if faults:
        return [], faults
    if numeric:
        return [np.array(numbers, np.float64) for numbers in parsed], []
    return [np.array(file.cells[name], np.str_) for file in files], []


def told(faults: Sequence[str], remedy: str) -> str:
    """Return faults as one message, the first ten by name.

    Args:
        faults: One text each, at least one.
        remedy: What to do.

    Returns:
        The message.

    >>> print(told(["a.csv, line 3: found 'x'"], "correct them"))
    a.csv, line 3: found 'x'
      correct them
    """
    more = [f"and {len(faults) - _NAMED} more"] if len(faults) > _NAMED else []
    return "\n  ".join([*faults[:_NAMED], *more, remedy])


def _rows(path: Path, reader: "Iterator[list[str]]") -> tuple[list[str], list[list[str]], list[int]]:
    rows: list[list[str]] = []
    lines: list[int] = []
    faults: list[str] = []
    names = _names(path, next(reader, []))
    try:
        for row in reader:
            line = reader.line_num  # type: ignore[attr-defined]
            if len(row) == len(names):
                rows.append([cell.strip() for cell in row])
                lines.append(line)
            elif row:
                faults.append(f"{path}, line {line}: {len(row)} cells, but there are {len(names)} columns")
    except csv.Error as error:
        faults.append(f"{path}, line {reader.line_num}: {error}")  # type: ignore[attr-defined]
    if faults:
        raise DataError(told(faults, "correct these rows, or put text that has a delimiter in it in double quotes"))
    return names, rows, lines


def _names(path: Path, head: list[str]) -> list[str]:
    names = [name.strip() for name in head]
    for place, name in enumerate(names):
        if not name or name in names[:place]:
            found = f"has the name {name!r} of another one" if name else "has no name"
            raise DataError(f"{path}, line 1: column {place + 1} {found}; give each column its own")
    return names


def _number(cell: str) -> float | None:
    """Return the number in a cell, NaN where it is missing, None where something else stands there."""
    try:
        return float(cell) if "_" not in cell else None
    except ValueError:
        return math.nan if cell.lower() in MISSING else None


def _is_numeric(numbers: Sequence[float | None]) -> bool:
    others = sum(number is None for number in numbers)
    known = sum(number is not None and not math.isnan(number) for number in numbers)
    return known > 0 and known >= MOSTLY * (known + others)


def _at_number(cell: str, number: float | None) -> str:
    return f"{cell[:20]!r} among numbers" if number is None or math.isinf(number) else ""


def _at_word(cell: str, _: float | None) -> str:
    return f"a text that starts {cell[:20]!r}" if len(cell) > LONGEST else ""
