"""Handing the chosen model to the registry."""

from collections.abc import Sequence
from pathlib import Path

from netwright.data.catalog import load
from netwright.records.decision import Decision
from netwright.records.errors import StorageError
from netwright.records.scenario import Scenario
from netwright.records.trial import Outcome, TrialResult
from netwright.tracking.connection import tracking_uri
from netwright.tracking.registry import register_chosen

_INPUTS = {"text-classification": "UTF-8 bytes, zeros behind", "video-classification": "bytes of frames"}
"""What the registry is told of inputs that are not scaled pixels."""


def register(decision: Decision, results: Sequence[TrialResult], out: Path) -> tuple[str, ...]:
    """Put the chosen candidate's best weights into the model registry.

    Args:
        decision: The decision.
        results: Every trial of the study.
        out: The study's folder.

    Returns:
        Notes: where the model is, or why it could not be registered, which stops nothing.
    """
    trial = best_trial(results, decision.scenario, decision.chosen)
    if trial is None or trial.weights is None:
        return ()
    dataset = load(decision.scenario.data)
    card = {
        "task": decision.scenario.task,
        "shape": list(dataset.shape),
        "classes": list(dataset.classes),
        "inputs": _INPUTS.get(decision.scenario.task, "(pixel / 255 - 0.5) / 0.25"),
        "data": dataset.name,
        "data_fingerprint": dataset.fingerprint,
    }
    try:
        place = register_chosen(tracking_uri(out), decision, out / trial.weights, card)
    except StorageError as error:
        return (str(error),)
    return (f"the chosen model is registered as {place} (trial {trial.trial})",)


def best_trial(results: Sequence[TrialResult], scenario: Scenario, candidate: str | None) -> TrialResult | None:
    """Return a candidate's trial at the largest size that did best on the validation samples.

    The test samples take no part: they measured the decision. Models that fit themselves have no validation
    figures; their first seed is taken.

    Args:
        results: Every trial of the study.
        scenario: The study's scenario.
        candidate: Its name; None where nothing was chosen.

    Returns:
        The trial, None where there is no candidate, or none of its trials ended well.
    """
    size = scenario.design.sizes[-1]
    able = [r for r in results if r.candidate == candidate and r.size == size and r.outcome is Outcome.OK]
    return max(able, key=lambda r: r.epochs[-1].validation_accuracy if r.epochs else 0.0, default=None)
