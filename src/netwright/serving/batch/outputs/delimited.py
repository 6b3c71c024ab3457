"""CSV: a line of names, then a line a row."""

import csv
import io
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from netwright.serving.batch.outputs.output import Columns, Table


class Delimited:
    r"""Predictions as CSV in UTF-8; floats have the fewest digits that give them back.

    Args:
        columns: Their names and types.

    Source: RFC 4180, with the line ends of POSIX.

    >>> Delimited({"row": int, "label": str}).part({"row": [0], "label": ["a, b"]})
    b'0,"a, b"\n'
    """

    def __init__(self, columns: Columns) -> None:
        self._columns = tuple(columns)

    def part(self, table: Table) -> bytes:
        """Return the rows without the line of names."""
        return self._lines(zip(*(table[name] for name in self._columns), strict=True))

    def join(self, parts: Sequence[Path], file: BinaryIO) -> None:
        """Write the names, then each part."""
        file.write(self._lines([self._columns]))
        for path in parts:
            with path.open("rb") as part:
                shutil.copyfileobj(part, file)

    @staticmethod
    def _lines(rows: object) -> bytes:
        text = io.StringIO(newline="")
        csv.writer(text, lineterminator="\n").writerows(rows)  # type: ignore[arg-type]
        return text.getvalue().encode()
