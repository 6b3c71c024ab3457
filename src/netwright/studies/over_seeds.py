"""What is measured over all seeds of a candidate: its stability."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from netwright.qualities.catalog import Measured, measure_all
from netwright.qualities.seeds import Seeds
from netwright.records.scenario import Scenario
from netwright.records.trial import Outcome, TrialResult
from netwright.studies.trial_job import asked_qualities

PREDICTIONS = "predictions.npy"
"""A trial's file of predicted classes, one a test sample."""


def with_stability(results: Sequence[TrialResult], scenario: Scenario, out: Path) -> list[TrialResult]:
    """Return results whose trials at the largest size also hold what was measured over all seeds of their candidate.

    Args:
        results: Every trial.
        scenario: The scenario.
        out: The study's folder, where trials left their predictions.

    Returns:
        The results, in the same order.
    """
    largest = scenario.design.sizes[-1]
    able = [result for result in results if result.size == largest and result.outcome is Outcome.OK]
    found: dict[str, Measured] = {}
    for name in {result.candidate for result in able}:
        own = {result.seed: result for result in able if result.candidate == name}
        predictions = {seed: p for seed, r in own.items() if (p := _predictions(out / "trials" / r.trial)) is not None}
        seeds = Seeds({seed: result.measurements for seed, result in own.items()}, predictions)
        found[name] = measure_all(seeds, "study", asked_qualities(scenario))
    chosen = {result.trial for result in able}
    return [_with(result, found[result.candidate]) if result.trial in chosen else result for result in results]


def _with(result: TrialResult, found: Measured) -> TrialResult:
    told = {
        "measurements": (*result.measurements, *found.measurements),
        "not_measured": (*result.not_measured, *found.not_measured),
    }
    return result.model_copy(update=told)


def _predictions(folder: Path) -> NDArray[np.int64] | None:
    try:
        return np.asarray(np.load(folder / PREDICTIONS, allow_pickle=False), dtype=np.int64)
    except (OSError, ValueError, EOFError):
        # a trial of an interrupted write: the other seeds still say something
        return None
