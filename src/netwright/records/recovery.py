"""Crash and recovery: what cut a trial off, and what going on cost."""

from typing import Literal

from pydantic import Field

from netwright.records.record import Record

FaultKind = Literal["kill", "oom", "nan", "disk"]
FAULTS: tuple[FaultKind, ...] = ("kill", "oom", "nan", "disk")
"""The faults that can be injected: a killed process, memory beyond the limit, a NaN in training, a full disk."""


class Interruption(Record):
    """One time that a trial was cut off before its end.

    Args:
        kind: What cut it off: one of `FAULTS` where it was injected, else the outcome of that attempt.
        injected: Whether it was injected on purpose.
        epoch: Epochs that were on disk when it happened.
        detail: The error, the limit, the signal.
        lost_seconds: Work since the last checkpoint, which had to be done again.
        recover_seconds: From the fault to the first new step after it; None where no attempt followed.
    """

    kind: str
    injected: bool = False
    epoch: int = 0
    detail: str = ""
    lost_seconds: float = 0.0
    recover_seconds: float | None = None


class Recovery(Record):
    """Crash and recovery of one candidate over all its trials.

    Args:
        candidate: The candidate.
        trials: How many trials ended, well or not.
        completed: How many ended well.
        completion: completed/trials with its 90% interval (value, low, high).
        interruptions: How often a trial was cut off.
        injected: How many of those were injected.
        resumed: After how many of them an attempt followed.
        recovered: How many trials that were cut off ended well after all.
        resume_success: recovered/(trials that were cut off) with its 90% interval; None where none was.
        lost_seconds: Work that was done again, in all.
        recover_seconds: Median time from a fault to the first new step; None where nothing was resumed.
        kinds: Kind of fault -> how many.
    """

    candidate: str
    trials: int
    completed: int
    completion: tuple[float, float, float]
    interruptions: int = 0
    injected: int = 0
    resumed: int = 0
    recovered: int = 0
    resume_success: tuple[float, float, float] | None = None
    lost_seconds: float = 0.0
    recover_seconds: float | None = None
    kinds: dict[str, int] = Field(default_factory=dict)
