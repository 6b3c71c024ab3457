"""Trials that were cut off: what it cost, and whether they go on."""

from collections.abc import Sequence

from netwright.machine.isolation import Ended
from netwright.records.recovery import Interruption
from netwright.records.trial import Epoch, Outcome
from netwright.studies.trial_job import TrialJob
from netwright.training.attempts import read_attempts


def interruption(job: TrialJob, ended: Ended, epochs: Sequence[Epoch]) -> Interruption:
    """Return what is known of an attempt that did not end well.

    Args:
        job: What the attempt was told.
        ended: How it ended.
        epochs: The epochs that it told of, which are on disk.

    Returns:
        The interruption; how long recovering took is known only later.
    """
    before = sum(cut.lost_seconds for cut in job.interruptions)
    return Interruption(
        kind=job.fault or ended.outcome.value,
        injected=job.fault is not None,
        epoch=len(epochs),
        detail=ended.detail,
        lost_seconds=max(read_attempts(job.checkpoint).lost_seconds - before, 0.0),
    )


def goes_on(job: TrialJob, ended: Ended, retries: int) -> bool:
    """Return whether a trial that did not end well is started again, from its last checkpoint.

    It is where the fault was injected, and where its process died without a word (killed from outside, as by the
    kernel's out-of-memory killer) for the first `retries` times. What raised an error of its own would raise it again.

    Args:
        job: What the attempt was told.
        ended: How it ended.
        retries: How often a process may die.

    Returns:
        True where it goes on.
    """
    if ended.outcome is Outcome.OK:
        return False
    died = sum(not cut.injected for cut in job.interruptions)
    return job.fault is not None or (ended.outcome is Outcome.CRASHED and not ended.error and died < retries)
