"""Taking the files of a folder to another machine and back."""

import os
import time
from collections.abc import Iterable
from math import inf
from pathlib import Path

from netwright.machine.durable import write_durably
from netwright.studies.cluster.messages import Carried

SMALL = 2**16
"""Bytes up to which a file is brought whenever it has changed."""


class Changes:
    """Hands out the files of a folder that have changed since the last time.

    Args:
        folder: The folder; it may not exist yet.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     changes = Changes(Path(folder))
    ...     _ = Path(folder, "a.txt").write_text("one")
    ...     [[file.content for file in changes.take()] for _ in range(2)]
    [[b'one'], []]
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._seen: dict[str, tuple[int, int]] = {}
        self._brought: dict[str, float] = {}

    def know(self, files: Iterable[Carried]) -> None:
        """Take files that were put there as known.

        Args:
            files: The files.
        """
        self._seen |= {file.name: (len(file.content), file.changed) for file in files}

    def take(self, spacing: float = 0.0) -> tuple[Carried, ...]:
        """Return the files that have changed.

        A file that is being written has a hidden name and is not yet one of them.

        Args:
            spacing: Seconds that a large file waits since it was handed out last.

        Returns:
            The files, in the order of their names.
        """
        found = (path for path in sorted(self._folder.rglob("*")) if path.is_file() and not path.name.startswith("."))
        read = (self._read(path, spacing) for path in found)
        return tuple(file for file in read if file is not None)

    def _read(self, path: Path, spacing: float) -> Carried | None:
        name, now = path.relative_to(self._folder).as_posix(), time.monotonic()
        try:
            with path.open("rb") as file:
                about = os.fstat(file.fileno())
                state = about.st_size, about.st_mtime_ns
                recent = about.st_size > SMALL and now - self._brought.get(name, -inf) < spacing
                if recent or self._seen.get(name) == state:
                    return None
                content = file.read()
        except FileNotFoundError:
            # its writer took it away in this moment
            return None
        self._seen[name], self._brought[name] = state, now
        return Carried(name, content, about.st_mtime_ns)


def put(folder: Path, files: Iterable[Carried]) -> None:
    """Write files into a folder, each whole or not at all, with the time of change that they had.

    Args:
        folder: The folder; made where it does not exist.
        files: The files.

    Raises:
        StorageError: The disk is full, or the folder may not be written.
    """
    for file in files:
        path = folder / file.name
        path.parent.mkdir(parents=True, exist_ok=True)
        write_durably(path, file.content)
        os.utime(path, ns=(file.changed, file.changed))
