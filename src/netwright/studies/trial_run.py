"""What happens inside the process of a trial: train, keep the weights, measure."""

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import torch
from torch import Tensor, nn

from netwright.data.catalog import load
from netwright.data.dataset import ImageDataset, to_inputs
from netwright.data.split import Split, draw
from netwright.machine.hardware import conditions, peak_memory
from netwright.machine.seeds import derive_seed, seed_everything
from netwright.models.build import build
from netwright.models.fits_itself import FitsItself
from netwright.qualities.catalog import measure_all
from netwright.qualities.evidence import Evidence, TrainingCost
from netwright.records.trial import Epoch, Outcome, TrialResult
from netwright.studies.trial_job import TrialJob
from netwright.training.attempts import begin_attempt
from netwright.training.checkpoint import load_weights, save_weights
from netwright.training.epochs import train_epochs
from netwright.training.evaluate import predict_logits

Tell = Callable[[str], None]
TIMED_INPUTS = 64
"""Images that latency and throughput are measured on."""


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
    measurements = measure_all(_evidence(model, job, dataset, split.test, cost), alone=False)
    return (
        TrialResult.of(job.trial, Outcome.OK)
        .model_copy(
            update={
                "epochs": epochs,
                "measurements": measurements,
                "weights": str(Path("trials", job.trial.id, job.weights.name)),
            }
        )
        .to_json()
    )


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
    few = split.test[:TIMED_INPUTS]
    cost = TrainingCost(seconds=0.0, cpu_seconds=0.0, peak_memory=0.0)
    evidence = _evidence(model, job, dataset, few, cost)
    quiet = replace(evidence, conditions=evidence.conditions.model_copy(update={"alone": True}))
    measurements = measure_all(quiet, alone=True)
    return TrialResult.of(job.trial, Outcome.OK).model_copy(update={"measurements": measurements}).to_json()


def _fresh_model(job: TrialJob, dataset: ImageDataset) -> nn.Module:
    seed_everything(derive_seed("weights", job.trial.candidate.name, job.trial.seed))
    return build(job.trial.candidate, dataset.shape, len(dataset.classes))


def _train(
    model: nn.Module, job: TrialJob, dataset: ImageDataset, split: Split, tell: Tell
) -> tuple[tuple[Epoch, ...], TrainingCost]:
    data = _samples(dataset, split.train)
    if isinstance(model, FitsItself):
        begin_attempt(job.checkpoint)
        wall, cpu = time.perf_counter(), time.process_time()
        model.fit(*data, derive_seed("fit", job.trial.seed))
        cost = TrainingCost(time.perf_counter() - wall, time.process_time() - cpu, peak_memory())
        return (), cost
    epochs = []
    held = _samples(dataset, split.validation)
    for epoch in train_epochs(model, data, held, job.trial.candidate.recipe, job.trial.seed, job.checkpoint):
        epochs.append(epoch)
        tell(epoch.to_json())
    seconds, cpu = sum(epoch.seconds for epoch in epochs), sum(epoch.cpu_seconds for epoch in epochs)
    return tuple(epochs), TrainingCost(seconds, cpu, peak_memory())


def _samples(dataset: ImageDataset, chosen: Tensor) -> tuple[Tensor, Tensor]:
    return to_inputs(dataset.train_images[chosen]), dataset.train_labels[chosen]


def _evidence(model: nn.Module, job: TrialJob, dataset: ImageDataset, test: Tensor, cost: TrainingCost) -> Evidence:
    inputs = to_inputs(dataset.test_images[test])
    logits = predict_logits(model, inputs)
    return Evidence(
        model=model,
        probabilities=torch.softmax(logits.double(), dim=1),
        labels=dataset.test_labels[test],
        inputs=inputs[:TIMED_INPUTS],
        training=cost,
        conditions=conditions(seed=job.trial.seed, data=dataset.fingerprint, threads=job.threads),
    )
