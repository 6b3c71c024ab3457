"""The rows of a Parquet file, a few thousand in memory at a time."""

from collections.abc import Iterator, Sequence
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING, Any

from netwright.records.errors import DataError, MissingExtraError
from netwright.records.package import TensorSpec
from netwright.serving.batch.cells import CellError, check_columns, values_of
from netwright.serving.batch.sample import Sample
from netwright.serving.batch.sources.file_marks import file_identity, written

try:
    import pyarrow
    from pyarrow import parquet
except ImportError as error:
    raise MissingExtraError("reading Parquet files", "monitor") from error

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_ROWS, MOST_VALUES = 1024, 2**20
"""In memory at a time."""


class ParquetRows:
    """A Parquet file whose columns are the tensors of the package's form.

    Args:
        path: The file.
        specs: Of the package's form; each is a column.
        identifier: The column that names the rows; None names them by their number, counted from 0.
    """

    def __init__(self, path: Path, specs: Sequence[TensorSpec], identifier: str | None = None) -> None:
        self.name = written(path)
        self._path, self._specs, self._identifier = path, specs, identifier
        self._at_once = max(1, min(MOST_ROWS, MOST_VALUES // sum(prod(spec.shape[1:]) for spec in specs)))
        with self._open() as file:
            names = file.schema_arrow.names
            self._count = file.metadata.num_rows
        check_columns(self.name, names, specs, identifier)
        wanted = {spec.name for spec in specs} | ({identifier} if identifier is not None else set())
        self._columns = [name for name in names if name in wanted]

    def identity(self) -> str:
        """Return path, size and time of change."""
        return file_identity(self._path)

    def size(self) -> int:
        """Return how many rows there are."""
        return int(self._count)

    def samples(self, start: int) -> Iterator[Sample]:
        """Return the rows from number `start` on; DataError where the file is damaged."""
        number = 0
        with self._open() as file:
            try:
                for batch in file.iter_batches(self._at_once, columns=self._columns):
                    skipped = min(max(start - number, 0), batch.num_rows)
                    number += skipped
                    for found in batch.slice(skipped).to_pylist():
                        yield self._sample(number, found)
                        number += 1
            except (pyarrow.ArrowException, OSError) as error:
                raise DataError(f"{self.name} is damaged after row {number}: {error}; write it anew") from error

    def _sample(self, number: int, found: "Mapping[str, Any]") -> Sample:
        named = f"row {number}" if self._identifier is None else str(found[self._identifier])
        place = f"{self.name}, row {number}"
        try:
            return Sample(named, place, values_of(found, self._specs), "", number + 1)
        except CellError as error:
            return Sample(named, place, {}, str(error), number + 1)

    def _open(self) -> "parquet.ParquetFile":
        try:
            return parquet.ParquetFile(self._path)
        except (pyarrow.ArrowException, OSError) as error:
            reason = str(error).splitlines()[0]
            raise DataError(f"{self.name} cannot be read: {reason}; give a whole Parquet file") from error
