"""What was measured on single trials, by candidate."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

from netwright.records.decision import Assessment
from netwright.records.trial import Outcome, TrialResult

REACH = 4
"""How many times the largest measured size curves are shown."""


@dataclass(frozen=True)
class Point:
    """Accuracy of one trial.

    Args:
        size: Training images.
        seed: Which repetition, counted as the scenario counts its seeds where they are known.
        accuracy: Share of test images that are right.
    """

    size: int
    seed: int
    accuracy: float


def accuracy_points(assessment: Assessment, results: Sequence[TrialResult]) -> list[Point]:
    """Return the measured accuracies of a candidate: from its trials, or else from its curve.

    Args:
        assessment: The candidate.
        results: Every trial of the study; empty where only the decision is known.

    Returns:
        Finite accuracies, by size and seed.
    """
    points = [
        Point(result.size, result.seed, measurement.value)
        for result in results
        if result.candidate == assessment.name and result.outcome is Outcome.OK
        for measurement in result.measurements
        if measurement.quality == "accuracy"
    ]
    if not points and assessment.curve is not None:
        rows = zip(assessment.curve.sizes, assessment.curve.errors, strict=True)
        points = [Point(size, seed, 1 - error) for size, errors in rows for seed, error in enumerate(errors)]
    return sorted((p for p in points if isfinite(p.accuracy)), key=lambda p: (p.size, p.seed))
