"""What a modification search has tried, kept on disk attempt by attempt."""

import json
from pathlib import Path

from netwright.machine.durable import append_durably
from netwright.records.errors import LedgerError
from netwright.records.search import Attempt

NAME = "attempts.jsonl"


class SearchNotes:
    """The attempts of one search, in a file that is only ever added to.

    Args:
        folder: The search's folder, which this process holds; made if it is missing.
        question: What the search is about; a file of another question is refused.

    Raises:
        LedgerError: The folder holds another search, or a line cannot be understood.
    """

    def __init__(self, folder: Path, question: dict[str, str]) -> None:
        self._path = folder / NAME
        whole = _whole_lines(self._path)
        if not whole:
            append_durably(self._path, json.dumps(question).encode() + b"\n")
        elif json.loads(whole[0]) != question:
            raise LedgerError(
                f"{self._path} holds a search of {json.loads(whole[0])}, and this one is {question}; "
                "set those results aside with --fresh, or write to another folder with --out"
            )
        self.attempts = [self._read(line, number) for number, line in enumerate(whole[1:], start=2)]

    def add(self, attempt: Attempt) -> None:
        """Write an attempt down; when this returns, it is on the disk.

        Args:
            attempt: The attempt.
        """
        append_durably(self._path, attempt.to_json().encode() + b"\n")
        self.attempts.append(attempt)

    def _read(self, line: bytes, number: int) -> Attempt:
        try:
            return Attempt.from_json(line)
        except ValueError as error:
            raise LedgerError(f"{self._path}, line {number}: {error}; delete the line, or use --fresh") from error


def _whole_lines(path: Path) -> list[bytes]:
    """Return the lines of a file; one that was cut off in the middle of a write is removed from it."""
    if not path.exists():
        return []
    data = path.read_bytes()
    whole = data[: data.rfind(b"\n") + 1]
    if len(whole) < len(data):
        with path.open("r+b") as file:
            file.truncate(len(whole))
    return whole.splitlines()
