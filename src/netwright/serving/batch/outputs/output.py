"""A format of predictions: parts that are written while they come, and one file of them in the end."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO, Protocol

Columns = Mapping[str, type]
"""Name of a column -> int, float or str."""
Table = Mapping[str, Sequence[Any]]
"""Name of a column -> its values."""


class Output(Protocol):
    """One format; a part is of the same format as the file."""

    def part(self, table: Table) -> bytes:
        """Return the content of a part with these rows, also where there are none."""
        ...

    def join(self, parts: Sequence[Path], file: BinaryIO) -> None:
        """Write the file of these parts."""
        ...
