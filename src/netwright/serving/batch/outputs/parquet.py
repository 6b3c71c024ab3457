"""Parquet: a row group a part."""

import io
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from netwright.records.errors import MissingExtraError
from netwright.serving.batch.outputs.output import Columns, Table

try:
    import pyarrow
    from pyarrow import parquet
except ImportError as error:
    raise MissingExtraError("writing Parquet files", "monitor") from error

_TYPES = {int: pyarrow.int64(), float: pyarrow.float64(), str: pyarrow.string()}


class Parquet:
    """Predictions as Parquet.

    Args:
        columns: Their names and types.
    """

    def __init__(self, columns: Columns) -> None:
        self._schema = pyarrow.schema([(name, _TYPES[kind]) for name, kind in columns.items()])

    def part(self, table: Table) -> bytes:
        """Return a file of one row group."""
        file = io.BytesIO()
        held = {name: list(table[name]) for name in self._schema.names}
        parquet.write_table(pyarrow.table(held, schema=self._schema), file)
        return file.getvalue()

    def join(self, parts: Sequence[Path], file: BinaryIO) -> None:
        """Write the row groups of each part, one in memory at a time."""
        with parquet.ParquetWriter(file, self._schema) as writer:
            for path in parts:
                # by file: `read_table` takes folders named a=b for columns
                held = parquet.ParquetFile(path).read()
                if held.num_rows:
                    writer.write_table(held)
