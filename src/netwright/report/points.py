"""What was measured on single trials, by candidate."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, isfinite, log

from netwright.records.decision import Assessment
from netwright.records.trial import Outcome, TrialResult

REACH = 4
"""How many times the largest measured size curves are shown."""


@dataclass(frozen=True)
class Point:
    """Accuracy of one trial.

    Args:
        size: Training samples.
        seed: Which repetition, counted as the scenario counts its seeds where they are known.
        accuracy: Share of test samples that are right.
    """

    size: int
    seed: int
    accuracy: float


def drawn_sizes(first: int, last: int, steps: int) -> list[tuple[str, float]]:
    """Return the sizes at which a curve is drawn, at geometric steps up to `REACH` times the largest measured one.

    Args:
        first: The smallest measured size.
        last: The largest measured size; it is in both parts.
        steps: Steps between the two.

    Returns:
        (`measured` or `extrapolated`, size), ascending.

    >>> [(part, round(n)) for part, n in drawn_sizes(100, 400, steps=2)][:4]
    [('measured', 100), ('measured', 200), ('measured', 400), ('extrapolated', 400)]
    """
    within = [first * exp(log(last / first) * i / steps) for i in range(steps + 1)] if last > first else [last]
    count = max(steps // 3, 2)
    beyond = [last * exp(log(REACH) * i / count) for i in range(count + 1)]
    return [("measured", n) for n in within] + [("extrapolated", n) for n in beyond]


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
