"""The ledger of a pipeline: one line for every step that ended well, only ever added to."""

import os
from pathlib import Path

from pydantic import ValidationError

from netwright.machine.durable import append_durably
from netwright.records.errors import LedgerError, StorageError
from netwright.records.pipeline import StepEntry

HISTORY = "pipeline.jsonl"
"""Its file in a pipeline's folder."""


class History:
    """What the steps of a pipeline made so far.

    Args:
        path: The file.
        entries: What stands in it, the oldest first.
    """

    def __init__(self, path: Path, entries: list[StepEntry]) -> None:
        self._path = path
        self._entries = entries

    def find(self, step: str, key: str) -> StepEntry | None:
        """Return the newest entry of a step with a key; None where there is none."""
        return next((one for one in reversed(self._entries) if one.step == step and one.key == key), None)

    def last(self, step: str) -> StepEntry | None:
        """Return what a step made last; None where it never ended well."""
        return next((one for one in reversed(self._entries) if one.step == step), None)

    def entries(self, step: str) -> tuple[StepEntry, ...]:
        """Return everything that a step made, the oldest first."""
        return tuple(one for one in self._entries if one.step == step)

    def add(self, entry: StepEntry) -> None:
        """Add what a step made; when this returns, it is on the disk."""
        append_durably(self._path, entry.to_json().encode() + b"\n")
        self._entries.append(entry)


def read_history(folder: Path, mend: bool = True) -> History:
    """Return the ledger of a pipeline.

    Args:
        folder: The pipeline's folder.
        mend: Whether a last line that a kill or a full disk cut off is removed; only by who holds the folder's lock.

    Returns:
        The ledger.

    Raises:
        LedgerError: A whole line cannot be understood.
        StorageError: The file cannot be read or mended.
    """
    path = folder / HISTORY
    try:
        data = path.read_bytes() if path.exists() else b""
        *lines, torn = data.split(b"\n")
        if torn and mend:
            os.truncate(path, len(data) - len(torn))
    except OSError as error:
        raise StorageError(f"{path} cannot be read: {error.strerror}; choose another folder with --out") from error
    entries = []
    for number, line in enumerate(lines, start=1):
        try:
            entries.append(StepEntry.from_json(line))
        except ValidationError as error:
            raise LedgerError(
                f"{path}, line {number} cannot be understood; delete the line: what it was about is made anew"
            ) from error
    return History(path, entries)
