"""A trial: one candidate, trained on one size with one seed, and what became of it."""

from enum import StrEnum
from typing import Self

from netwright.records.candidate import Candidate
from netwright.records.load import Load
from netwright.records.measurement import Measurement, NotMeasured
from netwright.records.record import Record
from netwright.records.recovery import Interruption
from netwright.records.trial_dynamics import TrialDynamics


class Outcome(StrEnum):
    """How a trial ended."""

    OK = "ok"
    OUT_OF_MEMORY = "out_of_memory"
    TIMEOUT = "timeout"
    DIVERGED = "diverged"
    CRASHED = "crashed"
    INTERRUPTED = "interrupted"


class Trial(Record):
    """One candidate at one size with one seed.

    >>> Trial(candidate=Candidate(name="mlp", model="mlp"), size=125, seed=0).id
    'mlp-n125-s0'
    """

    candidate: Candidate
    size: int
    seed: int

    @property
    def id(self) -> str:
        """The name of the trial, unique in its study."""
        return f"{self.candidate.name}-n{self.size}-s{self.seed}"


class Epoch(Record):
    """One pass over the training samples.

    Args:
        index: Counted from 1.
        train_loss: Mean training loss over the epoch's steps.
        validation_loss: Mean loss on the validation samples after the epoch.
        validation_accuracy: Share of validation samples that are right after the epoch.
        lr: Learning rate of the last step.
        seconds: Training time of the epoch, without the validation.
        memory: Resident memory of the process after the epoch, in bytes.
        cpu_seconds: Processor time of the epoch's training over all threads, without the validation.
    """

    index: int
    train_loss: float
    validation_loss: float
    validation_accuracy: float
    lr: float
    seconds: float
    memory: float
    cpu_seconds: float = 0.0


class TrialResult(Record):
    """What became of a trial.

    Args:
        trial: Its id.
        candidate: Name of the candidate.
        size: Training samples.
        seed: The seed.
        outcome: How it ended.
        detail: Why, where it did not end well: the error, the limit that was met.
        epochs: Every epoch that was trained, in order.
        measurements: What was measured on it.
        seconds: Wall time over all attempts.
        attempts: How often it was started.
        lost_seconds: Work of earlier attempts that had to be done again.
        weights: Path of the weights, relative to the study's folder; None where there are none.
        interruptions: Each time it was cut off before its end.
        load: How loaded the machine was while it ran; None where nobody looked.
        stopped: Why its training was stopped early; empty where it was not.
        cpu_seconds: Processor time of its last attempt's process, all threads: training, evaluation, instruments.
        not_measured: Qualities that were asked for and could not be measured, each with its reason.
        dynamics: The gist of its training as seen through its symmetries; None where nobody looked.
    """

    trial: str
    candidate: str
    size: int
    seed: int
    outcome: Outcome
    detail: str = ""
    epochs: tuple[Epoch, ...] = ()
    measurements: tuple[Measurement, ...] = ()
    seconds: float = 0.0
    attempts: int = 1
    lost_seconds: float = 0.0
    weights: str | None = None
    interruptions: tuple[Interruption, ...] = ()
    load: Load | None = None
    stopped: str = ""
    cpu_seconds: float = 0.0
    not_measured: tuple[NotMeasured, ...] = ()
    dynamics: TrialDynamics | None = None

    @classmethod
    def of(cls, trial: Trial, outcome: Outcome) -> Self:
        """Return the result of a trial of which nothing but its outcome is known."""
        return cls(trial=trial.id, candidate=trial.candidate.name, size=trial.size, seed=trial.seed, outcome=outcome)
