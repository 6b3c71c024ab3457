"""From the accuracies of trials to one scaling curve a candidate."""

from collections.abc import Iterable
from math import nan

from netwright.records.curve import Curve
from netwright.records.scenario import Scenario
from netwright.records.trial import Outcome, TrialResult
from netwright.scaling.fit import fit_curve

FEWEST_SIZES = 3
"""A curve has three unknowns."""


def curves_of(results: Iterable[TrialResult], scenario: Scenario) -> dict[str, Curve]:
    """Return the curve of each candidate that was measured at enough sizes.

    Args:
        results: Trials, in any order.
        scenario: The scenario they belong to.

    Returns:
        Candidate -> curve of its test error; a candidate with fewer than three measured sizes has none.
    """
    errors = {(r.candidate, r.size, r.seed): error for r in results if (error := _error(r)) is not None}
    return {
        candidate.name: curve
        for candidate in scenario.candidates
        if (curve := _curve(candidate.name, errors, scenario)) is not None
    }


def _curve(candidate: str, errors: dict[tuple[str, int, int], float], scenario: Scenario) -> Curve | None:
    design = scenario.design
    seeds = range(design.first_seed, design.first_seed + design.seeds)
    measured = [size for size in design.sizes if any((candidate, size, seed) in errors for seed in seeds)]
    if len(measured) < FEWEST_SIZES:
        return None
    return fit_curve(measured, [[errors.get((candidate, size, seed), nan) for seed in seeds] for size in measured])


def _error(result: TrialResult) -> float | None:
    if result.outcome is not Outcome.OK:
        return None
    accuracy = next((m.value for m in result.measurements if m.quality == "accuracy"), None)
    return None if accuracy is None else 1 - accuracy
