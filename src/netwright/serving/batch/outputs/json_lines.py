"""JSON lines: an object a row."""

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from netwright.serving.batch.outputs.output import Columns, Table


class JsonLines:
    r"""Predictions as one JSON object a line, in UTF-8.

    Args:
        columns: Their names and types.

    >>> JsonLines({"row": int, "label": str}).part({"row": [0], "label": ["cat"]})
    b'{"row": 0, "label": "cat"}\n'
    """

    def __init__(self, columns: Columns) -> None:
        self._columns = tuple(columns)

    def part(self, table: Table) -> bytes:
        """Return the lines."""
        rows = zip(*(table[name] for name in self._columns), strict=True)
        lines = (json.dumps(dict(zip(self._columns, row, strict=True)), ensure_ascii=False) for row in rows)
        return "".join(f"{line}\n" for line in lines).encode()

    def join(self, parts: Sequence[Path], file: BinaryIO) -> None:
        """Write each part."""
        for path in parts:
            with path.open("rb") as part:
                shutil.copyfileobj(part, file)
