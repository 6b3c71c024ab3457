"""The ledger: the truth about a study, one line of JSON for everything that was measured, only ever added to."""

import json
import os
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self

from netwright.machine.durable import append_durably
from netwright.records.errors import LedgerError, StorageError
from netwright.records.scenario import Scenario
from netwright.records.trial import Outcome, TrialResult
from netwright.tracking.entries import Alone, Contents, Header, line_of, parse, with_answers
from netwright.tracking.folder_lock import lock_folder

LEDGER_NAME = "ledger.jsonl"
"""The ledger's file in a study's folder."""

_RESULTS = (
    *("trials", LEDGER_NAME, "decision.json", "decision.md", "report.html"),
    *("factors.json", "backends.json", "modify"),
)


class Ledger:
    """The open ledger of a study, held under the folder's lock until it is closed; made by `open_ledger`.

    Args:
        path: The file.
        contents: What stands in it.
        lock: The lock of its folder, closed with the ledger.
        notes: What a reader must know about how it was opened.
    """

    def __init__(self, path: Path, contents: Contents, lock: BinaryIO, notes: tuple[str, ...]) -> None:
        self.path = path
        self.notes = notes
        self._lock = lock
        self._results = dict(contents.results)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the folder; closing twice does nothing."""
        self._lock.close()

    def results(self) -> dict[str, TrialResult]:
        """Return trial id -> newest result, with what was measured on it later, in the order of first recording."""
        return dict(self._results)

    def finished(self) -> dict[str, TrialResult]:
        """Return the results of trials that need not run again: all but the interrupted ones."""
        return {name: result for name, result in self._results.items() if result.outcome is not Outcome.INTERRUPTED}

    def record(self, result: TrialResult) -> None:
        """Add what became of a trial; when this returns, it is on the disk.

        Args:
            result: The result; it takes the place of earlier ones of the same trial.

        Raises:
            StorageError: It could not be written; the ledger is as it was before.
        """
        self._append({"kind": "trial", **json.loads(result.to_json())})
        self._results[result.trial] = result

    def record_alone(self, later: Alone) -> None:
        """Add what was measured later on a trial's reloaded weights, with nothing else running.

        Args:
            later: At most one answer a quality; each takes the place of an earlier one of the same quality.

        Raises:
            LedgerError: No such trial was recorded.
            StorageError: It could not be written; the ledger is as it was before.
        """
        if later.trial not in self._results:
            raise LedgerError(
                f"{self.path} has no trial {later.trial!r} to add measurements to; record its result first"
            )
        self._append(json.loads(later.to_json()))
        self._results[later.trial] = with_answers(self._results[later.trial], later)

    def _append(self, entry: dict[str, Any]) -> None:
        if self._lock.closed:
            raise LedgerError(f"{self.path} is closed; open it again with open_ledger to add to it")
        append_durably(self.path, line_of(entry))


def open_ledger(folder: Path, scenario: Scenario) -> Ledger:
    """Return the ledger of a study, new or with what an earlier run recorded, under the folder's lock.

    A last line without its line end was cut off by a kill or a full disk: it is removed, and a note says so.

    Args:
        folder: The study's folder; made if it is missing.
        scenario: The scenario whose results it holds.

    Returns:
        The ledger, a context manager that lets go of the folder.

    Raises:
        LedgerError: Another study runs in the folder; the ledger is another scenario's; a line cannot be understood.
        StorageError: The folder cannot be written.
    """
    path = folder / LEDGER_NAME
    with ExitStack() as held:
        lock = held.enter_context(lock_folder(folder))
        data = _bytes_of(path)
        contents = parse(data, path)
        if contents.header is not None:
            _same_scenario(contents.header, scenario, path)
        notes = _cut_back(path, data, contents.whole)
        if contents.header is None:
            append_durably(path, line_of(json.loads(Header.of(scenario).to_json())))
        # opened without a fault: from here on the lock belongs to the ledger
        held.pop_all()
    return Ledger(path, contents, lock, notes)


def read_results(folder: Path) -> dict[str, TrialResult]:
    """Return the results in a study's folder without holding it, even while the study runs.

    Args:
        folder: The study's folder.

    Returns:
        Trial id -> newest result, with what was measured on it later, in the order of first recording.

    Raises:
        LedgerError: There is no ledger, or a line of it cannot be understood.
    """
    path = folder / LEDGER_NAME
    if not path.is_file():
        raise LedgerError(f"{folder} holds no {LEDGER_NAME}; run `netwright study` with --out {folder} first")
    return parse(path.read_bytes(), path).results


def set_aside(folder: Path) -> Path | None:
    """Move the results in a study's folder into a folder of their own inside it, so that the study starts anew.

    Nothing that was measured is removed: `DIR/aside-1` (then `aside-2`, ...) is itself a study's folder.

    Args:
        folder: The study's folder.

    Returns:
        Where the results are now; None where there were none.

    Raises:
        LedgerError: Another study runs in the folder.
        StorageError: The results cannot be moved.
    """
    if not any((folder / name).exists() for name in _RESULTS):
        return None
    with lock_folder(folder):
        aside = next(path for n in range(1, 1_000_000) if not (path := folder / f"aside-{n}").exists())
        try:
            aside.mkdir()
            # trials go first: a kill in between must not leave checkpoints that a new ledger would take for its own
            for name in _RESULTS:
                if (folder / name).exists():
                    (folder / name).rename(aside / name)
        except OSError as error:
            raise StorageError(
                f"the results in {folder} cannot be moved to {aside}: {error.strerror}; choose another --out"
            ) from error
    return aside


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""
    except OSError as error:
        raise StorageError(f"{path} cannot be read: {error.strerror}; choose another folder with --out") from error


def _cut_back(path: Path, data: bytes, whole: int) -> tuple[str, ...]:
    if whole == len(data):
        return ()
    try:
        os.truncate(path, whole)
    except OSError as error:
        raise StorageError(f"{path} cannot be repaired: {error.strerror}; choose another --out") from error
    line = data[:whole].count(b"\n") + 1
    return (
        f"{path}, line {line}: {len(data) - whole} bytes of a line that was cut off in the middle of a write "
        "were removed; what it was about runs again",
    )


def _same_scenario(header: Header, scenario: Scenario, path: Path) -> None:
    expected = Header.of(scenario)
    if header.scenario_hash != expected.scenario_hash:
        raise LedgerError(
            f"{path} holds results of the scenario {header.scenario!r} (hash {header.scenario_hash[:12]}), "
            f"and this one is {expected.scenario!r} (hash {expected.scenario_hash[:12]}); "
            "write to another folder with --out, or set those results aside with --fresh"
        )
