"""Taking over trials: what an earlier study measured is not measured again where it would come out the same."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from netwright.records.errors import LedgerError, StorageError
from netwright.records.scenario import Scenario
from netwright.records.trial import Outcome, TrialResult
from netwright.studies.pipeline.trial_keys import Grounds, TrialKey, read_keys, trial_keys, write_keys
from netwright.tracking.ledger import LEDGER_NAME, open_ledger, read_results


@dataclass(frozen=True)
class Reused:
    """What was taken over.

    Args:
        count: Trials.
        notes: What a reader must know.
    """

    count: int
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Found:
    folder: Path
    result: TrialResult


def reuse_trials(scenario: Scenario, folder: Path, grounds: Grounds) -> Reused:
    """Put trials that earlier studies of a pipeline finished into the ledger of a new one.

    A study's ledger belongs to one scenario. But a trial follows from a part of it only: where the same trial stands in
    the folder of another study beside this one, its line is copied into the new ledger and its files are linked.

    Args:
        scenario: The new study's.
        folder: Its folder; where it has a ledger already, that is gone on with as it is.
        grounds: What its trials follow from beside the scenario.

    Returns:
        What was taken over.

    Raises:
        StorageError: The folder cannot be written.
    """
    keys = trial_keys(scenario, grounds).keys
    if (folder / LEDGER_NAME).is_file() and read_keys(folder):
        return Reused(len(read_results(folder)))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        found = {trial: there for trial, key in keys.items() if (there := _find(trial, key, folder)) is not None}
        for trial, there in found.items():
            _link(there.folder / "trials" / trial, folder / "trials" / trial)
    except OSError as error:
        raise StorageError(
            f"trials could not be taken over into {folder}: {error.strerror}; free space, and start again"
        ) from error
    with open_ledger(folder, scenario) as ledger:
        for trial, there in found.items():
            if trial not in ledger.results():
                ledger.record(_asked_only(there.result, keys[trial]))
    # last: a folder without keys was cut off here, and is filled anew
    write_keys(folder, trial_keys(scenario, grounds))
    return Reused(len(found))


def _find(trial: str, key: TrialKey, folder: Path) -> _Found | None:
    for other in _others(folder):
        known = read_keys(other).get(trial)
        if known is None or not known.covers(key):
            continue
        try:
            result = read_results(other).get(trial)
        except LedgerError:
            # a damaged ledger of another study is no reason to stop this one
            continue
        if result is not None and result.outcome is not Outcome.INTERRUPTED and _whole(other, result):
            return _Found(other, result)
    return None


def _others(folder: Path) -> Iterator[Path]:
    yield from sorted(path for path in folder.parent.iterdir() if path.is_dir() and path != folder)


def _whole(folder: Path, result: TrialResult) -> bool:
    return result.weights is None or (folder / result.weights).is_file()


def _asked_only(result: TrialResult, key: TrialKey) -> TrialResult:
    """Return a result as the new study would have measured it."""
    return result.model_copy(
        update={
            "measurements": tuple(one for one in result.measurements if one.quality in key.qualities),
            "not_measured": tuple(one for one in result.not_measured if one.quality in key.qualities),
        }
    )


def _link(source: Path, place: Path) -> None:
    if not source.is_dir():
        return
    if place.exists():
        shutil.rmtree(place)
    for file in sorted(path for path in source.rglob("*") if path.is_file() and not path.name.startswith("checkpoint")):
        target = place / file.relative_to(source)
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            # files of a finished trial are replaced as a whole, never changed in place
            os.link(file, target)
        except OSError:
            shutil.copyfile(file, target)
