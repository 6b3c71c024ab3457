"""The rows of a CSV file, read while they are predicted."""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

from netwright.records.errors import DataError
from netwright.records.package import TensorSpec
from netwright.serving.batch.cells import CellError, check_columns, value_of_text
from netwright.serving.batch.sample import Sample
from netwright.serving.batch.sources.file_marks import file_identity, file_size, written
from netwright.serving.batch.sources.lines import lines_of

_DELIMITERS = ",;\t"


class CsvRows:
    """A CSV file whose first line names its columns.

    The delimiter is the one of comma, semicolon and tabulator that is most frequent in the first line.

    Args:
        path: The file, UTF-8.
        specs: Of the package's form; each is a column.
        identifier: The column that names the rows; None names them by their line.

    Source: RFC 4180 for the format.
    """

    def __init__(self, path: Path, specs: Sequence[TensorSpec], identifier: str | None = None) -> None:
        self.name = written(path)
        self._path, self._specs, self._identifier = path, specs, identifier
        self._delimiter, self._columns = self._head()
        check_columns(self.name, self._columns, specs, identifier)

    def identity(self) -> str:
        """Return path, size and time of change."""
        return file_identity(self._path)

    def size(self) -> int:
        """Return the bytes of the file."""
        return file_size(self._path)

    def samples(self, start: int) -> Iterator[Sample]:
        """Return the rows from number `start` on."""
        reader = _Rows(self._path, self._delimiter)
        next(reader)
        number = 0
        for cells, fault in reader:
            if not cells and not fault:
                continue
            if number >= start:
                yield self._sample(cells, fault, reader)
            number += 1

    def _sample(self, cells: list[str], fault: str, reader: "_Rows") -> Sample:
        place, line = f"{self.name}, line {reader.line}", f"line {reader.line}"
        if not fault and len(cells) != len(self._columns):
            fault = f"{len(cells)} cells, but there are {len(self._columns)} columns"
        if fault:
            return Sample(line, place, {}, fault, reader.done)
        found = {name: cell.strip() for name, cell in zip(self._columns, cells, strict=True)}
        named = line if self._identifier is None else _plain(found[self._identifier])
        try:
            known = [spec for spec in self._specs if spec.name in found]
            values = {spec.name: value_of_text(found[spec.name], spec) for spec in known}
        except CellError as error:
            return Sample(named, place, {}, str(error), reader.done)
        return Sample(named, place, values, "", reader.done)

    def _head(self) -> tuple[str, list[str]]:
        first = next(lines_of(self._path), None)
        if first is None:
            raise DataError(f"{self.name} is empty; its first line must name the columns")
        text = first.content.decode(errors="surrogateescape")
        delimiter = max(_DELIMITERS, key=text.count)
        head, fault = next(_Rows(self._path, delimiter))
        names = [name.strip() for name in head]
        for place, name in enumerate(names):
            if not name or name in names[:place]:
                fault = f"column {place + 1} has {'the name of another one' if name else 'no name'}"
        if fault or not names:
            raise DataError(f"{self.name}, line 1: {fault or 'it is empty'}; name each column there")
        return delimiter, names


class _Rows:
    """The rows of a CSV file, each with its fault, and after each the line and the byte it ends at."""

    def __init__(self, path: Path, delimiter: str) -> None:
        self.done, self.line = 0, 0
        self._lines = lines_of(path)
        self._reader = csv.reader(self._texts(), delimiter=delimiter, strict=True)

    def __iter__(self) -> "_Rows":
        return self

    def __next__(self) -> tuple[list[str], str]:
        try:
            return next(self._reader), ""
        except csv.Error as error:
            # the reader begins anew with the next line
            return [], str(error)

    def _texts(self) -> Iterator[str]:
        for line in self._lines:
            self.done, self.line = line.end, line.number
            # a byte that is no UTF-8 spoils its cell only
            yield line.content.decode(errors="surrogateescape") + "\n"


def _plain(text: str) -> str:
    return text.encode(errors="surrogateescape").decode(errors="backslashreplace")
