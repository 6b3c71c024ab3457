"""The decision: from trials, a scenario and curves to a record of what to use and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from netwright.records.curve import Curve
from netwright.records.decision import Assessment, Decision, Status
from netwright.records.errors import InputError, nearest
from netwright.records.quality import Quality
from netwright.records.scenario import Scenario
from netwright.records.trial import TrialResult
from netwright.selection.choice import Choice, choose_lexicographically
from netwright.selection.comparison import Comparison, compare, compared_qualities, probabilities_on_front
from netwright.selection.evidence import gather
from netwright.selection.front import KEEP
from netwright.selection.reasons import why_chosen, why_left_out, why_not_chosen, why_rejected
from netwright.selection.standing import Standing, stand
from netwright.selection.summary import summarise
from netwright.selection.tradeoffs import trade_offs
from netwright.selection.triggers import revisit_when
from netwright.selection.wording import listed, samples


def decide(
    results: Sequence[TrialResult],
    scenario: Scenario,
    qualities: Sequence[Quality],
    curves: Mapping[str, Curve],
    notes: Sequence[str] = (),
    left_out: Mapping[str, str] | None = None,
) -> Decision:
    """Return which candidate to use, why, how sure that is, and when to look again.

    Trials at the largest size are pooled over seeds (`pool`); each constraint passes, fails or is undecided by
    P(it holds) (`judge`); failing candidates are rejected; among those that pass all (else, provisionally, among the
    undecided) the preferences choose lexicographically (`survivors`); the others are on the Pareto front or dominated
    by P(on the front) from joint draws (`front_probabilities`). What is traded for what stands beside (`trade_offs`);
    it moves no choice. The same arguments give the same decision.

    Args:
        results: What became of the trials, in any order.
        scenario: The question.
        qualities: Every quality that may have been measured.
        curves: Candidate -> error curve, where there is one.
        notes: Further assumptions that the study made.
        left_out: Candidate -> why its larger trials were not run on purpose; it counts as dominated for that reason.

    Returns:
        The decision; `chosen` is None where every candidate is rejected.

    Raises:
        InputError: A result, or what was left out, belongs to no candidate; the scenario names a quality that is not
            among `qualities`.
    """
    known = _known(qualities, scenario)
    standings = stand(gather(results, scenario, left_out), scenario, known)
    everybody = list(standings.values())
    comparison = compare(everybody, scenario, known)
    found = _Found(comparison, choose_lexicographically(comparison), probabilities_on_front(comparison, scenario))
    chosen = standings.get(found.choice.chosen or "")
    return Decision(
        scenario=scenario,
        scenario_hash=scenario.digest(),
        chosen=found.choice.chosen,
        summary=summarise(standings, comparison, found.choice, found.front, scenario),
        candidates=tuple(_assess(standing, chosen, found, scenario, curves) for standing in everybody),
        ranking=found.choice.ranking,
        assumptions=(*_assumptions(standings, comparison, scenario), *notes),
        revisit_when=revisit_when(chosen, everybody, scenario, curves),
        qualities=tuple(q for q in qualities if any(q.name in standing.pooled for standing in everybody)),
        fallback=found.choice.fallback,
        tradeoffs=trade_offs(comparison, found.front, everybody, scenario),
    )


@dataclass(frozen=True)
class _Found:
    comparison: Comparison
    choice: Choice
    front: Mapping[str, float]


def _known(qualities: Sequence[Quality], scenario: Scenario) -> dict[str, Quality]:
    known = {quality.name: quality for quality in qualities}
    preferences = scenario.preferences
    named = (*preferences.tolerance, *preferences.weights, *preferences.anchors)
    for name in (*compared_qualities(scenario), *named):
        if name not in known:
            raise InputError(
                f"found the quality {name!r} in scenario {scenario.name!r}, which nothing measures. "
                f"{nearest(name, list(known))}"
            )
    return known


def _assess(
    standing: Standing, chosen: Standing | None, found: _Found, scenario: Scenario, curves: Mapping[str, Curve]
) -> Assessment:
    probability = found.front.get(standing.name, 0.0)
    status, reason = _status(standing, chosen, found, scenario)
    return Assessment(
        name=standing.name,
        status=status,
        reason=reason,
        measurements=tuple(pooled.measurement for pooled in standing.pooled.values()),
        curve=curves.get(standing.name),
        verdicts=standing.verdicts,
        probability_front=probability,
        outcomes=dict(standing.evidence.outcomes),
        evidence=standing.evidence.trials,
    )


def _status(standing: Standing, chosen: Standing | None, found: _Found, scenario: Scenario) -> tuple[Status, str]:
    if standing.state == "left out":
        return "dominated", why_left_out(standing, scenario)
    if chosen is None or not standing.contends:
        return "rejected", why_rejected(standing, scenario)
    probability = found.front[standing.name]
    if standing is chosen:
        return "chosen", why_chosen(standing, found.choice, probability)
    reason = why_not_chosen(standing, chosen, found.comparison, probability)
    return ("front" if probability >= KEEP else "dominated"), reason


def _assumptions(standings: Mapping[str, Standing], comparison: Comparison, scenario: Scenario) -> list[str]:
    compared = compared_qualities(scenario)
    found = [
        f"candidates are compared at {samples(scenario.design.sizes[-1])}, on {listed(compared)}",
        "each candidate's spread between seeds is moderated by that of the others",
        "a candidate's qualities, and the sampling noise of different candidates, count as independent in the draws",
    ]
    if all(len(standing.evidence.trials) < 2 for standing in standings.values()):
        found.append("no candidate has two seeds: the spread between trainings is not known and counts as none")
    measured = {quality.name for quality in comparison.qualities}
    missing = [name for name in compared if name not in measured]
    if missing and comparison.contenders:
        found.append(f"not measured on any candidate, and so not compared: {listed(missing)}")
    return found
