"""Evaluating a stored model, or a study's, on the test part of a data set."""

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch

from netwright.data.catalog import load
from netwright.data.dataset import Dataset
from netwright.machine.hardware import conditions
from netwright.machine.progress import Progress
from netwright.models.stored import load_stored, read_config
from netwright.models.text.batches import longest_text
from netwright.models.text.checkpoint import read_checkpoint
from netwright.models.text.classifier import TextClassifier
from netwright.records.errors import InputError
from netwright.records.evaluation import Evaluation
from netwright.studies.conclude import DECISION
from netwright.studies.evaluation import FRAMES, Evaluated, ReadsSubclips, evaluation_of
from netwright.studies.model_folder import CONFIG, find_model
from netwright.studies.read import read_study
from netwright.studies.register import best_trial
from netwright.studies.trial_job import job_for, trials_of
from netwright.studies.trial_run import trained_model

MOST_TOKENS = 512
"""At which texts are cut where a model does not say how many tokens it reads."""


@dataclass(frozen=True)
class EvaluateSetting:
    """What is evaluated on what.

    Args:
        model: A folder that `netwright checkpoint` wrote, one in the layout of `transformers`, the name of either in
            the cache, or a study's folder.
        data: Name of a data source, or an address; None for what the model was trained on, where that is known.
        candidate: Of a study; None for the chosen one.
        factories: Factories outside the catalog that may be imported.
        threads: Threads that torch may compute with.
    """

    model: str
    data: str | None = None
    candidate: str | None = None
    factories: tuple[str, ...] = ()
    threads: int = 1


@dataclass(frozen=True)
class _Subject:
    """A model with what it expects; `shape` and `classes` are None where nothing says what they were."""

    evaluated: Evaluated
    data: str
    shape: tuple[int, ...] | None = None
    classes: tuple[str, ...] | None = None


def evaluate(setting: EvaluateSetting, progress: Progress) -> Evaluation:
    """Return how a trained model answers the whole test part of a data set.

    Args:
        setting: What is evaluated on what.
        progress: Where progress is shown, in samples.

    Returns:
        The evaluation.

    Raises:
        InputError: The model or the data cannot be read, or they do not go together.
    """
    subject = _study(setting) if (Path(setting.model) / DECISION).is_file() else _stored(setting)
    if not subject.data:
        raise InputError(f"{setting.model} does not say what it was trained on; name the data to evaluate it on")
    dataset = load(subject.data)
    evaluated = replace(subject.evaluated, order=_order(setting, subject, dataset))
    torch.set_num_threads(setting.threads)
    test = torch.arange(len(dataset.test_labels))
    progress.start(float(len(test)), f"{subject.evaluated.title} on {dataset.name}")
    try:
        return evaluation_of(
            evaluated,
            dataset,
            test,
            conditions=conditions(data=dataset.fingerprint, threads=setting.threads),
            tell=lambda done: progress.advance(float(done), "answering", None),
        )
    finally:
        progress.stop()


def _study(setting: EvaluateSetting) -> _Subject:
    folder = Path(setting.model)
    study = read_study(folder)
    scenario = study.decision.scenario
    name = setting.candidate or study.decision.chosen
    result = best_trial(study.results, scenario, name)
    if name is None or result is None:
        known = ", ".join(candidate.name for candidate in scenario.candidates)
        found = "it chose no candidate" if name is None else f"no trial of {name} at the largest size ended well"
        raise InputError(f"{folder}: {found}; name one that has a trained model, of {known}")
    trial = next(trial for trial in trials_of(scenario) if trial.id == result.trial)
    dataset = load(scenario.data)
    model = trained_model(job_for(trial, scenario, folder, setting.threads), dataset)
    evaluated = Evaluated(model.eval(), name, trial.candidate.model)
    return _Subject(evaluated, setting.data or scenario.data, dataset.shape, dataset.classes)


def _stored(setting: EvaluateSetting) -> _Subject:
    if setting.candidate is not None:
        raise InputError(f"{setting.model} is no study, but candidate {setting.candidate!r} was named; leave it out")
    folder = find_model(setting.model)
    if _is_of_transformers(folder / CONFIG):
        network, tokenizer = read_checkpoint(folder)
        model = TextClassifier(network, tokenizer, longest_text(network) or MOST_TOKENS).eval()
        return _Subject(Evaluated(model, folder.name, type(network).__name__), setting.data or "")
    stored = load_stored(folder, setting.factories)
    evaluated = Evaluated(stored.model, stored.candidate.name, stored.candidate.model)
    return _Subject(evaluated, setting.data or read_config(folder).data, stored.shape, stored.classes)


def _is_of_transformers(path: Path) -> bool:
    try:
        content: Any = json.loads(path.read_bytes())
    except ValueError:
        return False
    return isinstance(content, dict) and bool({"model_type", "architectures"} & content.keys())


def _order(setting: EvaluateSetting, subject: _Subject, dataset: Dataset) -> tuple[int, ...] | None:
    """Return which logit belongs to each class of the data; None where they are in one order."""
    if subject.shape is not None and not _fits(subject, dataset.shape):
        raise InputError(
            f"{setting.model} reads inputs of shape {subject.shape}, and those of {dataset.name} are {dataset.shape}; "
            "name data of that shape"
        )
    known = subject.classes
    if known is None or known == dataset.classes:
        return None
    if sorted(known) != sorted(dataset.classes):
        odd = sorted(set(known) ^ set(dataset.classes))
        raise InputError(
            f"{setting.model} tells {len(known)} classes apart, and {dataset.name} has {len(dataset.classes)}; only "
            f"one of them has {', '.join(odd[:5])}{' ...' if len(odd) > 5 else ''}; name data of the same classes"
        )
    return tuple(known.index(name) for name in dataset.classes)


def _fits(subject: _Subject, shape: tuple[int, ...]) -> bool:
    if subject.shape == shape:
        return True
    # a model that reads subclip after subclip answers videos of any length
    at = FRAMES - 1
    frameless = [(*one[:at], *one[at + 1 :]) for one in (subject.shape or (), shape)]
    return isinstance(subject.evaluated.model, ReadsSubclips) and frameless[0] == frameless[1]
