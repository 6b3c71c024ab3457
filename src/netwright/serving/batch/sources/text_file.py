"""A file of texts, one a line."""

from collections.abc import Iterator
from pathlib import Path

from netwright.serving.batch.sample import Sample
from netwright.serving.batch.sources.file_marks import file_identity, file_size, written
from netwright.serving.batch.sources.lines import lines_of


class TextFile:
    """A file with one text a line; empty lines are left out, and so are blanks around a text.

    Args:
        path: The file, UTF-8.
        tensor: Name of the tensor that takes a text.
    """

    def __init__(self, path: Path, tensor: str) -> None:
        self.name = written(path)
        self._path, self._tensor = path, tensor

    def identity(self) -> str:
        """Return path, size and time of change."""
        return file_identity(self._path)

    def size(self) -> int:
        """Return the bytes of the file."""
        return file_size(self._path)

    def samples(self, start: int) -> Iterator[Sample]:
        """Return the texts from number `start` on."""
        whole = (line for line in lines_of(self._path) if line.content.strip())
        for number, line in enumerate(whole):
            if number >= start:
                place = f"{self.name}, line {line.number}"
                yield Sample(f"line {line.number}", place, {self._tensor: line.content.strip()}, "", line.end)
