"""A trained candidate made smaller without training it again, inside the process of its trial."""

import time
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

from netwright.machine.durable import write_durably
from netwright.models.text.classifier import TextClassifier
from netwright.pruning.apply import apply_plan
from netwright.pruning.plan import plan_pruning
from netwright.pruning.repair import repair
from netwright.pruning.scores.catalog import find_score
from netwright.records.candidate import Prune
from netwright.records.errors import CandidateError, InputError
from netwright.records.pruning import Plan

BATCH = 32
"""Texts that are looked at together."""


@dataclass(frozen=True)
class Shrunk:
    """What pruning cost beside the training.

    Args:
        seconds: Wall time.
        cpu_seconds: Processor time over all threads.
    """

    seconds: float
    cpu_seconds: float


def shrink(model: nn.Module, inputs: Tensor, prune: Prune, plan_file: Path) -> Shrunk:
    """Prune a trained classifier of texts in place, and keep the plan beside its weights.

    Args:
        model: The trained model; its network is replaced by the smaller one.
        inputs: Training samples as the model takes them; the first `prune.texts` are looked at.
        prune: What is asked for.
        plan_file: Where the plan is written before anything is removed.

    Returns:
        What it cost.

    Raises:
        CandidateError: The model is no classifier of texts.
        ModelError: Its network has no feed-forward networks that are known.
    """
    classifier = text_classifier(model, prune)
    wall, busy = time.perf_counter(), time.process_time()
    batches = [classifier.tokenize(part) for part in torch.split(inputs[: prune.texts], BATCH)]
    dense = classifier.network
    plan = plan_pruning(dense, batches, score=prune.score, budget=prune.keep)
    write_durably(plan_file, plan.to_json().encode())
    smaller = apply_plan(dense, plan)
    classifier.network = repair(smaller, dense, plan, batches) if prune.repair else smaller
    return Shrunk(time.perf_counter() - wall, time.process_time() - busy)


def shrink_as_before(model: nn.Module, prune: Prune, plan_file: Path) -> None:
    """Give a fresh model the shape that a kept plan left of it, so that weights of that shape can be loaded.

    Args:
        model: A fresh model of the candidate; its network is replaced.
        prune: What was asked for.
        plan_file: The kept plan.

    Raises:
        CandidateError: The model is no classifier of texts.
    """
    classifier = text_classifier(model, prune)
    plan = Plan.from_json(plan_file.read_bytes())
    # the plan knows the trained weights, and a fresh model has others
    classifier.network = apply_plan(classifier.network, plan.model_copy(update={"fingerprint": ""}))


def shrunk_shape(model: nn.Module, prune: Prune) -> nn.Module:
    """Return a model of the size that pruning will leave, whatever neurons go.

    Args:
        model: A fresh model of the candidate; its network is replaced.
        prune: What is asked for.

    Returns:
        The same model.

    Raises:
        CandidateError: The model is no classifier of texts, or there is no such score.
        ModelError: Its network has no feed-forward networks that are known.
    """
    classifier = text_classifier(model, prune)
    try:
        find_score(prune.score)
    except InputError as error:
        raise CandidateError(f"prune.score: {error}") from error
    plan = plan_pruning(classifier.network, (), score="magnitude", budget=prune.keep)
    classifier.network = apply_plan(classifier.network, plan)
    return classifier


def text_classifier(model: nn.Module, prune: Prune) -> TextClassifier:
    """Return a model as what can be pruned in a study; CandidateError where it is something else."""
    if not isinstance(model, TextClassifier):
        raise CandidateError(
            f"prune.base {prune.base!r} is {type(model).__name__}; what can be pruned in a study are classifiers of "
            "texts with a transformer inside: minilm, bert, gpt2"
        )
    return model
