"""What a trial's process is told: plain facts that travel as JSON."""

from pathlib import Path

from netwright.records.record import Record
from netwright.records.scenario import Design, Scenario
from netwright.records.trial import Trial


class TrialJob(Record):
    """One piece of work for a process of its own.

    Args:
        trial: The trial.
        data: The data source.
        design: Held-out parts of the data.
        folder: Where the trial keeps its checkpoint and weights.
        threads: Threads the work may use.
    """

    trial: Trial
    data: str
    design: Design
    folder: str
    threads: int = 1

    @property
    def checkpoint(self) -> Path:
        """Where the state of the unfinished training stands."""
        return Path(self.folder) / "checkpoint.pt"

    @property
    def weights(self) -> Path:
        """Where the trained weights stand."""
        return Path(self.folder) / "weights.safetensors"


def trials_of(scenario: Scenario) -> list[Trial]:
    """Return every trial of a scenario's design.

    Args:
        scenario: The scenario.

    Returns:
        Each candidate at each size with each seed: sizes ascending, then seeds, then candidates as listed.
    """
    design = scenario.design
    return [
        Trial(candidate=candidate, size=size, seed=seed)
        for size in design.sizes
        for seed in range(design.first_seed, design.first_seed + design.seeds)
        for candidate in scenario.candidates
    ]


def job_for(trial: Trial, scenario: Scenario, out: Path, threads: int) -> TrialJob:
    """Return what the process of a trial is told.

    Args:
        trial: The trial.
        scenario: The scenario it belongs to.
        out: The study's folder.
        threads: Threads it may use.

    Returns:
        The job.
    """
    folder = str(out.resolve() / "trials" / trial.id)
    return TrialJob(trial=trial, data=scenario.data, design=scenario.design, folder=folder, threads=threads)
