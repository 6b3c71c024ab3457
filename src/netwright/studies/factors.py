"""The factors of the scalability paper, from what a study measured."""

from collections.abc import Iterable, Mapping, Sequence
from math import isfinite, nan

from netwright.qualities.catalog import QUALITIES
from netwright.records.backend import BackendRun
from netwright.records.complexity import Complexity, ComplexityCheck
from netwright.records.consistency import Consistency
from netwright.records.curve import EXTRAPOLATION_LIMIT, Curve
from netwright.records.decision import Assessment, Decision
from netwright.records.factors import CandidateFactors, Factors
from netwright.records.growth import Growth
from netwright.records.load import Load
from netwright.records.recovery import Recovery
from netwright.records.scalability import Estimate, Scalability
from netwright.records.trial import Outcome, TrialResult
from netwright.scaling.consistency import consistency, long_enough
from netwright.scaling.gains import find_pairs, gains_of
from netwright.scaling.growth import FEWEST_SIZES, fit_growth
from netwright.scaling.percent import Yardstick, best_of
from netwright.scaling.recovery import recovery
from netwright.scaling.scalability import Known, scalability

GROWING = {"training_time": "s", "training_memory": "B", "cpu_seconds": "s"}
"""What has a law over training samples beside the error, with its dimension."""

GAIN = next(quality.smallest_difference for quality in QUALITIES if quality.name == "accuracy")
"""The gain of accuracy that is worth one more doubling, and by which a suitable size may fall short of the best."""

MEASURED_AS = {
    "parameters": "parameters",
    "flops": "flops",
    "activations": "activations",
    "training_memory": "model_memory",
}
"""Each figure of a complexity with the quality that measures it: `training_memory` the quality is of the whole process,
interpreter, libraries and data included, which no prediction from a model's structure can speak of."""


def factors_of(
    decision: Decision,
    results: Sequence[TrialResult],
    predictions: Mapping[str, Complexity],
    backends: Sequence[BackendRun],
    chance: float,
) -> Factors:
    """Return every factor that a study recorded; what a candidate has too little for is None or empty.

    Args:
        decision: The decision, with the curves and verdicts of its candidates.
        results: Every trial that ran.
        predictions: Candidate -> its complexity, predicted before training.
        backends: Trained models under each backend.
        chance: Accuracy of a model that learned nothing: the share of the most frequent class among the test samples.

    Returns:
        The factors, candidates in the scenario's order.
    """
    yardstick = _yardstick(decision, chance)
    accuracies = {
        (result.candidate, result.size, result.seed): accuracy
        for result in results
        if (accuracy := _measured(result, "accuracy")) is not None
    }
    candidates = []
    for assessment in decision.candidates:
        own = [result for result in results if result.candidate == assessment.name]
        found = _from_trials(assessment, own, yardstick)
        complexity = _complexity(assessment, predictions.get(assessment.name))
        runs = tuple(run for run in backends if run.candidate == assessment.name)
        candidates.append(found.model_copy(update={"complexity": complexity, "backends": runs}))
    gains = gains_of(find_pairs(decision.scenario.candidates), accuracies)
    return Factors(candidates=tuple(candidates), gains=gains)


def _from_trials(
    assessment: Assessment, results: Sequence[TrialResult], yardstick: Yardstick | None
) -> CandidateFactors:
    name = assessment.name
    growth = {quality: law for quality, unit in GROWING.items() if (law := _growth(results, quality, unit)) is not None}
    survived = _recovery(name, results)
    return CandidateFactors(
        candidate=name,
        recovery=survived,
        consistency=_consistency(name, results),
        time=growth.get("training_time"),
        memory=growth.get("training_memory"),
        load=_most_loaded(results),
        scalability=_scalability(assessment, growth, survived, yardstick),
    )


def _yardstick(decision: Decision, chance: float) -> Yardstick | None:
    """Return what candidates are held against; None where no candidate with a curve is better than chance."""
    sizes = decision.scenario.design.sizes
    curves = {
        each.name: each.curve
        for each in decision.candidates
        if each.curve is not None and _reaches(each.curve, sizes[-1])
    }
    if not curves:
        return None
    best = curves[best_of(curves, sizes[-1])]
    error = best.predict(sizes[-1])[0]
    if not error < 1 - chance:
        return None
    asked = [each for each in decision.scenario.constraints if (each.quality, each.relation) == ("accuracy", ">=")]
    target = 1 - max(each.bound for each in asked) if asked else error + GAIN
    return Yardstick((sizes[0], sizes[-1]), best, chance, target, GAIN)


def _scalability(
    assessment: Assessment, growth: Mapping[str, Growth], survived: Recovery | None, yardstick: Yardstick | None
) -> Scalability | None:
    curve = assessment.curve
    if curve is None or survived is None or yardstick is None or not _reaches(curve, yardstick.sizes[1]):
        return None
    return scalability(
        Known(
            candidate=assessment.name,
            curve=curve,
            timing=_timing(assessment),
            growth=growth,
            verdicts=assessment.verdicts,
            completed=survived.completed,
            trials=survived.trials,
        ),
        yardstick,
    )


def _reaches(curve: Curve, n: int) -> bool:
    return n <= EXTRAPOLATION_LIMIT * curve.sizes[-1]


def _timing(assessment: Assessment) -> Estimate:
    measured = assessment.measured("training_time")
    return (nan, nan, nan) if measured is None else (measured.value, measured.low, measured.high)


def _growth(results: Iterable[TrialResult], quality: str, unit: str) -> Growth | None:
    costs: dict[int, list[float]] = {}
    for result in results:
        cost = _measured(result, quality)
        if cost is not None and cost > 0:
            costs.setdefault(result.size, []).append(cost)
    return fit_growth(quality, unit, costs) if len(costs) >= FEWEST_SIZES else None


def _recovery(name: str, results: Sequence[TrialResult]) -> Recovery | None:
    ended = any(result.outcome is not Outcome.INTERRUPTED for result in results)
    return recovery(name, results) if ended else None


def _consistency(name: str, results: Sequence[TrialResult]) -> tuple[Consistency, ...]:
    curves: dict[int, list[list[float]]] = {}
    for result in results:
        if result.outcome is Outcome.OK:
            curves.setdefault(result.size, []).append([epoch.validation_accuracy for epoch in result.epochs])
    return tuple(consistency(name, size, rows) for size, rows in sorted(curves.items()) if long_enough(rows))


def _complexity(assessment: Assessment, predicted: Complexity | None) -> ComplexityCheck | None:
    if predicted is None:
        return None
    found = {figure: assessment.measured(quality) for figure, quality in MEASURED_AS.items()}
    values = {figure: nan if measured is None else measured.value for figure, measured in found.items()}
    measured = Complexity(**values) if any(map(isfinite, values.values())) else None
    return ComplexityCheck(candidate=assessment.name, predicted=predicted, measured=measured)


def _most_loaded(results: Iterable[TrialResult]) -> dict[str, Load]:
    watched = {result.trial: result.load for result in results if result.load is not None}
    if not watched:
        return {}
    trial = max(watched, key=lambda name: watched[name].load)
    return {trial: watched[trial]}


def _measured(result: TrialResult, quality: str) -> float | None:
    if result.outcome is not Outcome.OK:
        return None
    found = next((each.value for each in result.measurements if each.quality == quality), None)
    return found if found is not None and isfinite(found) else None
