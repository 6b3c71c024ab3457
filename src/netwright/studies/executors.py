"""Where the work of a study runs: one interface, so that a study does not know."""

import os
from collections.abc import Iterable, Iterator
from typing import Protocol

from netwright.machine.isolation import Ended, Job, Note, run_isolated
from netwright.qualities.catalog import INSTRUMENTS

PRELOAD = (
    "netwright.studies.trial_run",
    "torch._dynamo",
    "torch.utils.flop_counter",
    "torch.utils.serialization",
    "sklearn.ensemble",
    "sklearn.linear_model",
    "sklearn.tree",
    *(instrument.module for instrument in INSTRUMENTS),
)
"""Imported once by the process that trials are forked from: what each would load, some of it while it is timed."""


class Executor(Protocol):
    """Runs jobs, each in a process of its own and under its limits, and tells what they say and how they end.

    Every job that was taken ends once, after all its notes, and each note is told once: also where the machine it ran
    on was lost and it began anew elsewhere, which its ending tells (`moved`). When a job ends, its folder holds what it
    left; while it runs, what it had left when it last spoke, so that it can go on from there. Closing the generator
    ends what runs.
    """

    @property
    def workers(self) -> int:
        """How many jobs run at once."""
        ...

    @property
    def threads(self) -> int:
        """How many threads a job may use."""
        ...

    def run(self, jobs: Iterable[Job]) -> Iterator[Note | Ended]:
        """Run jobs, as many at once as there are workers.

        Args:
            jobs: Each is taken only when a worker is free, after the last ending was handed out; where there was none,
                it is asked for again after the next ending.

        Yields:
            A note for every line that a job tells; one ending for every job.
        """
        ...

    def run_alone(self, jobs: Iterable[Job]) -> Iterator[Note | Ended]:
        """Run jobs one after another on one machine, with nothing else of the study running there.

        Args:
            jobs: As for `run`.

        Yields:
            As `run`.
        """
        ...


class LocalExecutor:
    """Runs jobs on this machine.

    Args:
        workers: Jobs at once; None is one a core.
        threads: Threads a job may use. Workers first, threads second: on two cores two single-thread
            workers keep their rate each, while one process with two threads gains 1.6-1.8x.

    >>> LocalExecutor(workers=2).workers
    2
    """

    def __init__(self, workers: int | None = None, threads: int = 1) -> None:
        self.workers = workers or len(os.sched_getaffinity(0))
        self.threads = threads

    def run(self, jobs: Iterable[Job]) -> Iterator[Note | Ended]:
        """Run jobs, as many at once as there are workers."""
        return run_isolated(jobs, self.workers, self.threads, PRELOAD)

    def run_alone(self, jobs: Iterable[Job]) -> Iterator[Note | Ended]:
        """Run jobs one after another."""
        return run_isolated(jobs, 1, self.threads, PRELOAD)
