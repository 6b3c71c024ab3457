"""What happens inside the process of a trial: train, keep the weights, measure."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from io import BytesIO
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from netwright.anatomy.explanation import Subject
from netwright.data.dataset import Dataset
from netwright.data.split import Split, draw
from netwright.machine.durable import write_durably
from netwright.machine.hardware import conditions, memory_now, peak_memory
from netwright.machine.load import watch_load
from netwright.machine.seeds import derive_seed
from netwright.models.example import CLIP_DIMENSIONS
from netwright.models.fits_itself import FitsItself
from netwright.qualities.catalog import measure_all
from netwright.qualities.evidence import Evidence, TrainingCost
from netwright.qualities.power_meter import meter_for
from netwright.records.recovery import Interruption
from netwright.records.trial import Epoch, Outcome, TrialResult
from netwright.records.trial_dynamics import TrialDynamics
from netwright.streaming.clip_stream import clip_stream
from netwright.studies.data_at_hand import load
from netwright.studies.evaluation import Evaluated, evaluation_of
from netwright.studies.explain_run import explain_study
from netwright.studies.first_step import FirstStep
from netwright.studies.fresh import fresh_model
from netwright.studies.inject import arm, strike
from netwright.studies.kept_training import keep_training, kept_training
from netwright.studies.over_seeds import PREDICTIONS
from netwright.studies.shrink import shrink, shrink_as_before
from netwright.studies.trial_dynamics import TrialWatch
from netwright.studies.trial_job import EVALUATION, EXPLANATIONS, TrialJob
from netwright.training.attempts import begin_attempt
from netwright.training.batches import batch_count
from netwright.training.checkpoint import load_weights, save_weights
from netwright.training.epochs import train_epochs
from netwright.training.evaluate import predict_logits
from netwright.training.onlooker import unwatched
from netwright.training.slope import SlopeRule, StoppingRule, never

Tell = Callable[[str], None]
TIMED_INPUTS = 64
"""Inputs that latency and throughput are measured on."""
FAULT_AT = 1.5
"""Epochs after which an injected fault happens: work since the first checkpoint is lost."""


@dataclass(frozen=True)
class _Trained:
    epochs: tuple[Epoch, ...]
    cost: TrainingCost
    stopped: str = ""
    dynamics: TrialDynamics | None = None


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
    first = FirstStep(model)
    samples = _Samples.of(dataset, split)
    with watch_load() as seen:
        trained = _taken_over(model, job) or _train(model, job, samples, tell, first)
        keep_training(job.training, trained.cost)
        trained = _shrunk(trained, model, job, samples)
    save_weights(job.weights, model)
    evidence = replace(_evidence(model, job, dataset, split.test), training=trained.cost, training_data=samples.train)
    measured = measure_all(evidence, "trial", job.qualities)
    _save_predictions(job, evidence)
    if job.evaluated:
        _save_evaluation(job, evidence, dataset, split.test)
        if len(dataset.shape) == CLIP_DIMENSIONS:
            _save_explanations(job, evidence, dataset, split.test)
    found = {
        "epochs": trained.epochs,
        "measurements": measured.measurements,
        "not_measured": measured.not_measured,
        "weights": str(Path("trials", job.trial.id, job.weights.name)),
        "interruptions": _recovered(job, first),
        "load": seen.record(),
        "stopped": trained.stopped,
        "dynamics": trained.dynamics,
    }
    return TrialResult.of(job.trial, Outcome.OK).model_copy(update=found).to_json()


def run_alone(payload: str, tell: Tell) -> str:  # noqa: ARG001 - every job's target has this signature
    """Measure, on a trial's reloaded weights, what needs a machine on which nothing else runs.

    Args:
        payload: A `TrialJob` as JSON.
        tell: Not used: the work is short.

    Returns:
        The trial's `TrialResult` as JSON, holding those measurements only.
    """
    job = TrialJob.from_json(payload)
    evidence = trained_evidence(job, TIMED_INPUTS)
    quiet = replace(evidence, conditions=evidence.conditions.model_copy(update={"alone": True}))
    measured = measure_all(quiet, "alone", job.qualities)
    return TrialResult.of(job.trial, Outcome.OK).model_copy(update=measured._asdict()).to_json()


def trained_evidence(job: TrialJob, inputs: int) -> Evidence:
    """Return the model of a trial that ended well, from its weights, with some of its test inputs.

    Args:
        job: What the trial's process was told.
        inputs: How many test inputs.

    Returns:
        The evidence, without the training data; what the training cost is not known here and is 0.
    """
    dataset = load(job.data)
    split = draw(dataset, job.design, job.trial.seed, job.trial.size)
    model = trained_model(job, dataset)
    return _evidence(model, job, dataset, split.test[:inputs])


def trained_model(job: TrialJob, dataset: Dataset) -> nn.Module:
    """Return the model of a trial that ended well, from its weights.

    Args:
        job: What the trial's process was told.
        dataset: Its data.

    Returns:
        The model; a pruned one in its shape.
    """
    model = _fresh_model(job, dataset)
    if job.trial.candidate.prune is not None:
        shrink_as_before(model, job.trial.candidate.prune, job.plan)
    load_weights(job.weights, model)
    return model


def _save_predictions(job: TrialJob, evidence: Evidence) -> None:
    classes = evidence.probabilities.argmax(1).to(torch.int32).numpy()
    with BytesIO() as buffer:
        np.save(buffer, classes, allow_pickle=False)
        write_durably(job.weights.with_name(PREDICTIONS), buffer.getvalue())


def _save_evaluation(job: TrialJob, evidence: Evidence, dataset: Dataset, test: Tensor) -> None:
    candidate = job.trial.candidate
    evaluated = Evaluated(evidence.model, candidate.name, candidate.model)
    record = evaluation_of(
        evaluated, dataset, test, conditions=evidence.conditions, probabilities=evidence.probabilities
    )
    write_durably(job.weights.with_name(EVALUATION), record.to_json().encode())


def _save_explanations(job: TrialJob, evidence: Evidence, dataset: Dataset, test: Tensor) -> None:
    candidate = job.trial.candidate
    subject = Subject(evidence.model, candidate.name, candidate.model, dataset.classes)
    record = explain_study(subject, dataset, test, evidence.probabilities)
    write_durably(job.weights.with_name(EXPLANATIONS), record.to_json().encode())


def _fresh_model(job: TrialJob, dataset: Dataset) -> nn.Module:
    candidate = job.trial.candidate
    seed = derive_seed("weights", candidate.trained_as, job.trial.seed)
    return fresh_model(candidate, dataset.shape, len(dataset.classes), seed)


@dataclass(frozen=True, eq=False)
class _Samples:
    train: tuple[Tensor, Tensor]
    validation: tuple[Tensor, Tensor]

    @classmethod
    def of(cls, dataset: Dataset, split: Split) -> "_Samples":
        parts = (split.train, split.validation)
        train, validation = ((dataset.train_inputs(part), dataset.train_labels[part]) for part in parts)
        return cls(train, validation)


def _taken_over(model: nn.Module, job: TrialJob) -> _Trained | None:
    """Return the training whose model this trial prunes, where that has ended well; its weights go into the model."""
    cost = kept_training(Path(job.base_training)) if job.base_training else None
    if cost is None or not Path(job.base_weights).is_file():
        return None
    load_weights(Path(job.base_weights), model)
    return _Trained((), cost)


def _shrunk(trained: _Trained, model: nn.Module, job: TrialJob, samples: "_Samples") -> _Trained:
    prune = job.trial.candidate.prune
    if prune is None:
        return trained
    spent = shrink(model, samples.train[0], prune, job.plan)
    cost = trained.cost
    more = replace(cost, seconds=cost.seconds + spent.seconds, cpu_seconds=cost.cpu_seconds + spent.cpu_seconds)
    return replace(trained, cost=more)


def _train(model: nn.Module, job: TrialJob, samples: _Samples, tell: Tell, first: FirstStep) -> _Trained:
    before = {"memory_before": memory_now(), "peak_before": peak_memory()}
    meter = meter_for("cpu")
    if isinstance(model, FitsItself):
        begin_attempt(job.checkpoint)
        first.begin()
        if job.fault is not None:
            strike(job.fault, model)
        wall, cpu = time.perf_counter(), time.process_time()
        model.fit(*samples.train, derive_seed("fit", job.trial.seed))
        spent = time.perf_counter() - wall, time.process_time() - cpu
        return _Trained((), TrainingCost(*spent, peak_memory(), **before, power=meter.power()))
    recipe = job.trial.candidate.recipe
    if job.fault is not None:
        arm(job.fault, model, max(1, round(FAULT_AT * batch_count(job.trial.size, recipe.batch_size))))
    epochs: list[Epoch] = []
    rule = _rule(job, len(samples.validation[1]))
    watch = TrialWatch(job.trial.id, samples.train[0], recipe.epochs * batch_count(job.trial.size, recipe.batch_size))
    told = (samples.train, samples.validation, recipe, job.trial.seed, job.checkpoint, rule)
    for epoch in train_epochs(model, *told, watch if job.dynamics else unwatched):
        epochs.append(epoch)
        tell(epoch.to_json())
    seconds, cpu = sum(epoch.seconds for epoch in epochs), sum(epoch.cpu_seconds for epoch in epochs)
    cost = TrainingCost(seconds, cpu, peak_memory(), **before, power=meter.power())
    return _Trained(tuple(epochs), cost, rule(epochs, recipe.epochs), watch.keep(job.weights.parent))


def _rule(job: TrialJob, samples: int) -> StoppingRule:
    if job.stopping is None or job.stopping.wanted is None:
        return never
    return SlopeRule(job.stopping.wanted, job.stopping.patience, samples)


def _recovered(job: TrialJob, first: FirstStep) -> tuple[Interruption, ...]:
    """Return the trial's interruptions, the last one with the time until work went on."""
    if not job.interruptions or job.failed_at is None:
        return job.interruptions
    last = job.interruptions[-1].model_copy(update={"recover_seconds": first.seconds_after(job.failed_at)})
    return (*job.interruptions[:-1], last)


def _evidence(model: nn.Module, job: TrialJob, dataset: Dataset, test: Tensor) -> Evidence:
    inputs = dataset.test_inputs(test)
    logits = predict_logits(model, inputs)
    names, codes = dataset.groups(job.group) if job.group is not None else ((), None)
    return Evidence(
        model=model,
        probabilities=torch.softmax(logits.double(), dim=1),
        labels=dataset.test_labels[test],
        inputs=inputs,
        training=TrainingCost(seconds=0.0, cpu_seconds=0.0, peak_memory=0.0),
        conditions=conditions(seed=job.trial.seed, data=dataset.fingerprint, threads=job.threads),
        groups=codes[test] if codes is not None else None,
        group_names=names,
        features=dataset.features,
        candidate=job.trial.candidate,
        rates=job.rates,
        stream=partial(clip_stream, model, inputs[:1]) if inputs.ndim == CLIP_DIMENSIONS + 1 else None,
    )
