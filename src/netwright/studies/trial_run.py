"""What happens inside the process of a trial: train, keep the weights, measure."""

from collections.abc import Callable
from pathlib import Path

from netwright.data.catalog import load
from netwright.data.split import draw
from netwright.qualities.catalog import measure_all
from netwright.qualities.evidence import TrainingCost
from netwright.records.trial import Outcome, TrialResult
from netwright.studies.trial_job import TrialJob
from netwright.training.checkpoint import load_weights, save_weights

Tell = Callable[[str], None]


def run_trial(payload: str, tell: Tell) -> str:
    """Train a trial's model, keep its weights, and measure what does not need a quiet machine.

    Args:
        payload: A `TrialJob` as JSON.
        tell: Gets each `Epoch` as JSON as soon as its checkpoint is on disk.

    Returns:
        The `TrialResult` as JSON.
    """
    job = TrialJob.from_json(payload)
    dataset = load(job.data)
    split = draw(dataset, job.design, job.trial.seed, job.trial.size)
    model = _fresh_model(job, dataset)
    job.weights.parent.mkdir(parents=True, exist_ok=True)
    epochs, cost = _train(model, job, dataset, split, tell)
    save_weights(job.weights, model)
    evidence = _evidence(model, job, dataset, split, cost)
    return TrialResult(
        trial=job.trial.id,
        candidate=job.trial.candidate.name,
        size=job.trial.size,
        seed=job.trial.seed,
        outcome=Outcome.OK,
        epochs=epochs,
        measurements=measure_all(evidence, alone=False),
        weights=str(Path("trials", job.trial.id, job.weights.name)),
    ).to_json()


def run_alone(payload: str, tell: Tell) -> str:  # noqa: ARG001 - every job's target has this signature
    """Measure, on a trial's reloaded weights, what needs a machine on which nothing else runs.

    Args:
        payload: A `TrialJob` as JSON.
        tell: Not used: the work is short.

    Returns:
        The trial's `TrialResult` as JSON, holding those measurements only.
    """
    job = TrialJob.from_json(payload)
    dataset = load(job.data)
    split = draw(dataset, job.design, job.trial.seed, job.trial.size)
    model = _fresh_model(job, dataset)
    load_weights(job.weights, model)
    evidence = _evidence(model, job, dataset, split, TrainingCost(seconds=0.0, cpu_seconds=0.0, peak_memory=0.0))
    return TrialResult(
        trial=job.trial.id,
        candidate=job.trial.candidate.name,
        size=job.trial.size,
        seed=job.trial.seed,
        outcome=Outcome.OK,
        measurements=measure_all(evidence, alone=True),
    ).to_json()
