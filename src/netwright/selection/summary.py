"""The summary: what was chosen, what it was preferred to, how sure that is and what is open, in three sentences."""

from collections.abc import Mapping, Sequence
from math import isnan

from netwright.records.decision import Verdict
from netwright.records.scenario import Scenario
from netwright.selection.choice import Choice
from netwright.selection.comparison import Comparison, compared_qualities
from netwright.selection.constraints import binding, relative_slack
from netwright.selection.front import KEEP
from netwright.selection.lexicographic import first_difference
from netwright.selection.reasons import missed, why_undecided
from netwright.selection.standing import Standing, names_of
from netwright.selection.wording import both, chance, listed, samples, stated, tolerated


def summarise(
    standings: Mapping[str, Standing],
    comparison: Comparison,
    choice: Choice,
    front: Mapping[str, float],
    scenario: Scenario,
) -> tuple[str, ...]:
    """Return the decision in three sentences.

    Args:
        standings: Candidate -> standing, in the scenario's order.
        comparison: The comparison.
        choice: The choice.
        front: Contender -> P(on the front).
        scenario: The question.

    Returns:
        What was chosen, with its main figures and their intervals; what it was preferred to, and by how much; how
        sure that is, and what is open. Where nobody may be chosen: that, the nearest candidate, and what to do.
    """
    if choice.chosen is None:
        return _nobody(list(standings.values()), scenario)
    chosen = standings[choice.chosen]
    return (
        _what(chosen, scenario),
        _over(comparison, choice),
        _how_sure(chosen, list(standings.values()), choice, front),
    )


def _what(chosen: Standing, scenario: Scenario) -> str:
    figures = [
        f"{name} {stated(chosen.pooled[name].measurement)}" if name in chosen.pooled else f"{name} not measured"
        for name in compared_qualities(scenario)
    ]
    seeds = len(chosen.evidence.trials)
    basis = f"at {samples(scenario.design.sizes[-1])}, {seeds} seed{'' if seeds == 1 else 's'}"
    if chosen.state == "undecided":
        return (
            f"PROVISIONAL: no candidate meets every constraint for sure; {chosen.name} comes first among the undecided "
            f"({basis}): {', '.join(figures)}."
        )
    count = len(chosen.verdicts)
    meets = {0: "no constraint was set", 1: "it meets the constraint"}.get(count, f"it meets all {count} constraints")
    return f"{chosen.name} is chosen ({basis}): {', '.join(figures)}; {meets}."


def _over(comparison: Comparison, choice: Choice) -> str:
    names = comparison.names
    others = [name for name in names if name != choice.chosen]
    if choice.chosen is None or choice.fallback is None:
        rest = f"; {listed(others)} cannot be chosen while undecided" if others else ""
        return f"No other candidate may be chosen, so there is no fallback{rest}."
    rows = names.index(choice.chosen), names.index(choice.fallback)
    first, second = comparison.values[rows[0]], comparison.values[rows[1]]
    deciding = first_difference(first.tolist(), second.tolist(), comparison.order)
    if deciding is None:
        return (
            f"{choice.fallback} comes next and differs from it in no preferred quality by more than what counts: "
            "either would do."
        )
    quality, tolerance = comparison.qualities[deciding], comparison.order.tolerances[deciding]
    if isnan(second[deciding]):
        return f"It was preferred to {choice.fallback}, the fallback, whose {quality.name} was not measured."
    own, other = both(float(first[deciding]), float(second[deciding]), quality.unit)
    counts = f"differences up to {tolerated(tolerance, quality.unit)} do not count"
    before = [q.name for q in comparison.qualities[:deciding]]
    level = f"; level in {listed(before)}" if before else ""
    figures = f"{quality.name}: {own} against {other} ({counts})"
    return f"It was preferred to {choice.fallback}, the fallback, for {figures}{level}."


def _how_sure(chosen: Standing, standings: Sequence[Standing], choice: Choice, front: Mapping[str, float]) -> str:
    sure = f"It is the choice in {chance(choice.wins)} of the joint draws of all measurements"
    rivals = [name for name, share in front.items() if name != chosen.name and share >= KEEP]
    parts = [f"{listed(rivals)} {'is' if len(rivals) == 1 else 'are'} on the Pareto front too"] if rivals else []
    if chosen.state == "undecided":
        parts.append(f"open is whether it meets {why_undecided(chosen)}")
    unsettled = [s.name for s in standings if s.state == "undecided" and s is not chosen]
    if unsettled:
        parts.append(f"undecided on a constraint: {listed(unsettled)}")
    absent = [s.name for s in standings if s.state == "absent"]
    if absent:
        parts.append(f"without a result at the largest size: {listed(absent)}")
    spared = [s.name for s in standings if s.state == "left out"]
    if spared:
        parts.append(f"left out before the largest size: {listed(spared)}")
    return f"{sure}; {'; '.join(parts) if parts else 'nothing is open'}."


def _nobody(standings: Sequence[Standing], scenario: Scenario) -> tuple[str, ...]:
    size = samples(scenario.design.sizes[-1])
    failing = [standing for standing in standings if standing.state == "fail"]
    absent = [standing for standing in standings if not standing.evidence.trials]
    left_out = f", and {listed(names_of(absent))} left no result at {size}" if absent else ""
    if not failing:
        outcomes = listed([f"{s.name} ({_outcomes(s)})" for s in absent])
        return (
            f"No candidate may be chosen: no trial at {size} ended well.",
            f"The trials ended so: {outcomes}.",
            "Nothing can be said about the candidates before one of them can be trained within the limits.",
        )
    nearest = max(failing, key=lambda standing: relative_slack(_worst(standing)))
    worst = _worst(nearest)
    others = [v for v in nearest.verdicts if v.holds == "fail" and v is not worst]
    more = f"; it also misses {listed([f'{v.quality} {v.text}' for v in others])}" if others else ""
    return (
        f"No candidate may be chosen: each of {listed(names_of(failing))} misses a constraint{left_out}."
        if len(failing) > 1
        else f"No candidate may be chosen: {failing[0].name} misses a constraint{left_out}.",
        f"Nearest is {nearest.name}, whose binding constraint is {worst.quality}: {missed(worst, nearest)}{more}.",
        f"To decide, relax {worst.quality} {worst.text}, or add candidates or training samples.",
    )


def _worst(standing: Standing) -> Verdict:
    failing = [verdict for verdict in standing.verdicts if verdict.holds == "fail"]
    # the constraint that is missed by most, in units of its bound
    found = min(failing, key=relative_slack, default=binding(standing.verdicts))
    assert found is not None, "a candidate that fails has a constraint"
    return found


def _outcomes(standing: Standing) -> str:
    return ", ".join(f"{count} {outcome}" for outcome, count in standing.evidence.outcomes.items()) or "no trial"
