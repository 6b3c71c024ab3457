"""Handing the chosen model to the registry."""

from collections.abc import Sequence
from pathlib import Path

from netwright.data.catalog import load
from netwright.records.decision import Decision
from netwright.records.errors import StorageError
from netwright.records.trial import Outcome, TrialResult
from netwright.tracking.connection import tracking_uri
from netwright.tracking.registry import register_chosen


def register(decision: Decision, results: Sequence[TrialResult], out: Path) -> tuple[str, ...]:
    """Put the chosen candidate's best weights into the model registry.

    Args:
        decision: The decision.
        results: Every trial of the study.
        out: The study's folder.

    Returns:
        Notes: where the model is, or why it could not be registered, which stops nothing.
    """
    trial = best_trial(decision, results)
    if trial is None or trial.weights is None:
        return ()
    dataset = load(decision.scenario.data)
    card = {
        "task": decision.scenario.task,
        "shape": list(dataset.shape),
        "classes": list(dataset.classes),
        "inputs": "(pixel / 255 - 0.5) / 0.25",
        "data": dataset.name,
        "data_fingerprint": dataset.fingerprint,
    }
    try:
        place = register_chosen(tracking_uri(out), decision, out / trial.weights, card)
    except StorageError as error:
        return (str(error),)
    return (f"the chosen model is registered as {place} (trial {trial.trial})",)


def best_trial(decision: Decision, results: Sequence[TrialResult]) -> TrialResult | None:
    """Return the chosen candidate's trial at the largest size that did best on the validation images.

    The test images take no part: they measured the decision. Models that fit themselves have no validation
    figures; their first seed is taken.

    Args:
        decision: The decision.
        results: Every trial of the study.

    Returns:
        The trial, None where nothing was chosen.
    """
    size = decision.scenario.design.sizes[-1]
    able = [r for r in results if r.candidate == decision.chosen and r.size == size and r.outcome is Outcome.OK]
    return max(able, key=lambda r: r.epochs[-1].validation_accuracy if r.epochs else 0.0, default=None)
