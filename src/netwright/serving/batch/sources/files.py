"""A file, or all files of a folder, each of which is one sample."""

import hashlib
import os
from collections.abc import Callable, Iterator
from itertools import islice
from operator import attrgetter
from pathlib import Path
from typing import Any

from netwright.data.folder_layout import FileKind
from netwright.records.errors import DataError
from netwright.serving.batch.cells import CellError
from netwright.serving.batch.sample import Sample
from netwright.serving.batch.sources.file_marks import file_identity, written


class Files:
    """A file, or the files of a folder and the folders below it, in the order of their paths.

    Args:
        path: The file, which is taken whatever its name is, or the folder.
        kind: Which files of a folder are samples.
        tensor: Name of the tensor that takes what a file holds.
        read: Returns what a file holds, or raises CellError.

    Raises:
        DataError: The folder has no such files.
    """

    def __init__(self, path: Path, kind: FileKind, tensor: str, read: Callable[[Path], Any]) -> None:
        self.name = written(path)
        self._path, self._kind, self._tensor, self._read = path, kind, tensor, read
        self._count = sum(1 for _ in self._files())
        if not self._count:
            known = ", ".join(sorted(kind.suffixes))
            raise DataError(f"{self.name} holds no {kind.samples} (known: {known}); name another folder")

    def identity(self) -> str:
        """Return a digest of paths, sizes and times of change."""
        digest = hashlib.sha256()
        for path in self._files():
            digest.update(f"{file_identity(path)}\n".encode(errors="surrogateescape"))
        return digest.hexdigest()

    def size(self) -> int:
        """Return how many files there are."""
        return self._count

    def samples(self, start: int) -> Iterator[Sample]:
        """Return the files' samples from number `start` on."""
        for number, path in enumerate(islice(self._files(), start, None), start):
            named = written(path if path == self._path else path.relative_to(self._path))
            try:
                yield Sample(named, written(path), {self._tensor: self._read(path)}, "", number + 1)
            except CellError as error:
                yield Sample(named, written(path), {}, str(error), number + 1)

    def _files(self) -> Iterator[Path]:
        if not self._path.is_dir():
            return iter([self._path])
        endings = tuple(self._kind.suffixes)
        return (Path(place) for place in _below(str(self._path)) if place.lower().endswith(endings))


def _below(folder: str) -> Iterator[str]:
    try:
        with os.scandir(folder) as entries:
            seen = sorted((entry for entry in entries if not entry.name.startswith(".")), key=attrgetter("name"))
    except OSError as error:
        raise DataError(
            f"{folder} cannot be read: {error.strerror}; change its permissions, or move it away"
        ) from error
    for entry in seen:
        # links to folders may lead in circles
        if entry.is_dir(follow_symlinks=False):
            yield from _below(entry.path)
        elif entry.is_file():
            yield entry.path
