"""JSON lines: one object a line."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from netwright.records.package import TensorSpec
from netwright.serving.batch.cells import CellError, values_of
from netwright.serving.batch.sample import Sample
from netwright.serving.batch.sources.file_marks import file_identity, file_size, written
from netwright.serving.batch.sources.lines import Line, lines_of


class JsonLines:
    """A file with one JSON object a line: name of a tensor -> its value for one sample.

    Args:
        path: The file, UTF-8; empty lines are left out.
        specs: Of the package's form.
        identifier: The key that names the samples; None names them by their line.

    Source: RFC 8259 for the objects; https://jsonlines.org for the lines.
    """

    def __init__(self, path: Path, specs: Sequence[TensorSpec], identifier: str | None = None) -> None:
        self.name = written(path)
        self._path, self._specs, self._identifier = path, specs, identifier

    def identity(self) -> str:
        """Return path, size and time of change."""
        return file_identity(self._path)

    def size(self) -> int:
        """Return the bytes of the file."""
        return file_size(self._path)

    def samples(self, start: int) -> Iterator[Sample]:
        """Return the samples from number `start` on."""
        whole = (line for line in lines_of(self._path) if line.content.strip())
        for number, line in enumerate(whole):
            if number >= start:
                yield self._sample(line)

    def _sample(self, line: Line) -> Sample:
        place, named = f"{self.name}, line {line.number}", f"line {line.number}"
        try:
            found = _object(line.content)
            named = named if self._identifier is None else _named(found, self._identifier)
            return Sample(named, place, values_of(found, self._specs), "", line.end)
        except CellError as error:
            return Sample(named, place, {}, str(error), line.end)


def _object(content: bytes) -> dict[str, Any]:
    try:
        found = json.loads(content)
    except UnicodeDecodeError as error:
        raise CellError(f"byte {error.start} of it is no UTF-8") from error
    except (ValueError, RecursionError) as error:
        # ValueError: no JSON, or a number of thousands of digits
        raise CellError(f"it is no JSON ({str(error) or 'it is nested too deeply'})") from error
    if not isinstance(found, dict):
        raise CellError(f'it holds a {type(found).__name__}, not an object; write {{"name": value, ...}}')
    return found


def _named(found: dict[str, Any], identifier: str) -> str:
    value = found.get(identifier)
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise CellError(f"{identifier!r} names no sample: give it a text or a whole number")
    return str(value).encode(errors="backslashreplace").decode()
