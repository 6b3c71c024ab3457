"""What a trial's process is told: plain facts that travel as JSON."""

from pathlib import Path

from netwright.machine.jobs import Job, Target
from netwright.records.record import Record
from netwright.records.recovery import FaultKind, Interruption
from netwright.records.scenario import Design, Limits, Rates, Scenario, Stopping
from netwright.records.trial import Trial

WEIGHTS = "weights.safetensors"
TRAINING = "training.json"
EVALUATION = "evaluation.json"
EXPLANATIONS = "explanations.json"


class TrialJob(Record):
    """One piece of work for a process of its own.

    Args:
        trial: The trial.
        data: The data source.
        design: Held-out parts of the data.
        folder: Where the trial keeps its checkpoint and weights.
        threads: Threads the work may use.
        qualities: Qualities to measure beside the standard ones.
        group: The column whose groups are compared for fairness.
        rates: Prices and emissions.
        stopping: When the training may be stopped early; None for never.
        dynamics: Whether the training is watched through its symmetries.
        evaluated: Whether its answers are kept class by class.
        fault: The fault to inject into this attempt.
        interruptions: What cut earlier attempts off.
        failed_at: When the last one was cut off, as Unix time; None where none was.
        base_weights: Trained weights of the candidate that this one is pruned from; empty where it is not.
        base_training: What that training cost, a `KeptTraining` as JSON; likewise.
    """

    trial: Trial
    data: str
    design: Design
    folder: str
    threads: int = 1
    qualities: tuple[str, ...] = ()
    group: str | None = None
    rates: Rates = Rates()
    stopping: Stopping | None = None
    dynamics: bool = False
    evaluated: bool = False
    fault: FaultKind | None = None
    interruptions: tuple[Interruption, ...] = ()
    failed_at: float | None = None
    base_weights: str = ""
    base_training: str = ""

    @property
    def checkpoint(self) -> Path:
        """Where the state of the unfinished training stands."""
        return Path(self.folder) / "checkpoint.pt"

    @property
    def weights(self) -> Path:
        """Where the trained weights stand."""
        return Path(self.folder) / WEIGHTS

    @property
    def training(self) -> Path:
        """Where stands what the training cost."""
        return Path(self.folder) / TRAINING

    @property
    def plan(self) -> Path:
        """Where stands what was removed from the trained model; there is none of a candidate that is not pruned."""
        return Path(self.folder) / "plan.json"


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
    largest = trial.size == scenario.design.sizes[-1]
    base = base_of(trial, scenario)
    return TrialJob(
        trial=trial,
        data=scenario.data,
        design=scenario.design,
        folder=str(trial_folder(out, trial)),
        threads=threads,
        # candidates are compared at the largest size: what is dear to measure is measured there only
        qualities=asked_qualities(scenario) if largest else (),
        group=scenario.group,
        rates=scenario.rates,
        stopping=scenario.stopping if largest else None,
        dynamics=scenario.dynamics,
        evaluated=largest,
        base_weights="" if base is None else str(trial_folder(out, base) / WEIGHTS),
        base_training="" if base is None else str(trial_folder(out, base) / TRAINING),
    )


def base_of(trial: Trial, scenario: Scenario) -> Trial | None:
    """Return the trial whose trained model a trial prunes.

    Args:
        trial: The trial.
        scenario: The scenario it belongs to.

    Returns:
        The trial of the same size and seed; None where the candidate is not pruned.
    """
    name = trial.candidate.trained_as
    if trial.candidate.prune is None:
        return None
    base = next(candidate for candidate in scenario.candidates if candidate.name == name)
    return Trial(candidate=base, size=trial.size, seed=trial.seed)


def trial_folder(out: Path, trial: Trial) -> Path:
    """Return the folder of a trial in a study's folder."""
    return out.resolve() / "trials" / trial.id


def as_job(told: TrialJob, target: Target, limits: Limits, payload: str | None = None) -> Job:
    """Return the work on a trial as a job that can run anywhere.

    Args:
        told: What its process is told.
        target: What runs there.
        limits: What it may use.
        payload: What the target is given; `told` if nothing else.

    Returns:
        The job, with the folder, the data and the weights that must be where it runs.
    """
    files = (told.trial.candidate.recipe.weights, told.base_weights, told.base_training)
    return Job(
        name=told.trial.id,
        target=target,
        payload=told.to_json() if payload is None else payload,
        limits=limits,
        folder=told.folder,
        data=told.data,
        reads=tuple(file for file in files if file and Path(file).is_file()),
    )


def asked_qualities(scenario: Scenario) -> tuple[str, ...]:
    """Return the qualities that a scenario names anywhere, each once.

    Args:
        scenario: The scenario.

    Returns:
        Names, in the order of first mention.
    """
    limited = (constraint.quality for constraint in scenario.constraints)
    preferred = (*scenario.preferences.order, *scenario.preferences.weights)
    return tuple(dict.fromkeys((*scenario.qualities, *limited, *preferred)))
