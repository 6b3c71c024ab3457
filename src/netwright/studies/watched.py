"""Which watched trainings of a study are shown in full."""

from collections.abc import Sequence
from pathlib import Path

from netwright.records.dynamics import Dynamics
from netwright.records.trial import TrialResult

DYNAMICS = "dynamics.json"
"""The file of a trial's record in its folder."""


def watched_trainings(results: Sequence[TrialResult], folder: Path) -> tuple[Dynamics, ...]:
    """Return the record of one training of each candidate: the first seed's at its largest size that was watched.

    Args:
        results: Of a study.
        folder: The study's.

    Returns:
        One a candidate that was watched, in the order in which candidates first appear.
    """
    files: dict[str, tuple[int, int, str]] = {}
    for result in results:
        if result.dynamics is not None:
            this = (result.size, -result.seed, result.dynamics.file)
            files[result.candidate] = max(files.get(result.candidate, this), this)
    paths = [folder / file for _, _, file in files.values()]
    return tuple(Dynamics.from_json(path.read_bytes()) for path in paths if path.is_file())
