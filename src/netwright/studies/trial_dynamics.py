"""Watching the trainings of a study through their symmetries."""

from pathlib import Path

from torch import Tensor, nn
from torch.optim import Optimizer
from torch.optim.lr_scheduler import LRScheduler

from netwright.dynamics.find import find_symmetries
from netwright.dynamics.track import track
from netwright.dynamics.watch import Watch
from netwright.machine.durable import write_durably
from netwright.records.trial_dynamics import TrialDynamics
from netwright.studies.watched import DYNAMICS

READINGS = 100
"""Readings of a training, about."""

SAMPLES = 8
"""Training samples that the symmetries are found with."""


class TrialWatch:
    """Looks on at one trial's training, from its first step to its last.

    Args:
        trial: Its name.
        inputs: Of the training, (N, ...).
        steps: How many the training has.
    """

    def __init__(self, trial: str, inputs: Tensor, steps: int) -> None:
        self._trial = trial
        self._inputs = inputs[:SAMPLES]
        self._every = max(1, steps // READINGS)
        self._watch: Watch | None = None

    def __call__(self, model: nn.Module, optimizer: Optimizer, schedule: LRScheduler) -> Watch:
        """Begin to watch a training: find the symmetries of what is trained, and track their charges."""
        symmetries = find_symmetries(model.train(), self._inputs)
        self._watch = track(model, optimizer, symmetries, self._every, schedule=schedule, title=self._trial)
        return self._watch

    def keep(self, folder: Path) -> TrialDynamics | None:
        """Write the record into the trial's folder.

        Args:
            folder: Of the trial, in `trials` of the study's.

        Returns:
            Its gist; nothing where no training was watched.
        """
        if self._watch is None:
            return None
        record = self._watch.record()
        write_durably(folder / DYNAMICS, record.to_json().encode())
        return TrialDynamics.of(record, str(Path("trials", folder.name, DYNAMICS)))
