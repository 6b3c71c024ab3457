"""Reasons: why a candidate is chosen, on the front, dominated or rejected, in one sentence with the figures."""

from math import isinf, isnan

from netwright.records.decision import Verdict
from netwright.records.scenario import Scenario
from netwright.selection.choice import Choice
from netwright.selection.comparison import Comparison
from netwright.selection.constraints import binding, relative_slack, seeds_to_settle
from netwright.selection.standing import Standing
from netwright.selection.wording import both, chance, figure, listed, samples, stated


def why_rejected(standing: Standing, scenario: Scenario) -> str:
    """Return why a candidate is rejected.

    Args:
        standing: A candidate without results, or with a constraint that fails.
        scenario: The question.

    Returns:
        Its failed trials, or its binding constraint with value, bound, slack and probability.
    """
    if standing.state == "absent":
        return _absent(standing, scenario)
    failing = sorted(
        (verdict for verdict in standing.verdicts if verdict.holds == "fail"),
        key=lambda verdict: (verdict.probability, relative_slack(verdict)),
    )
    others = f"; also misses {listed([f'{v.quality} {v.text}' for v in failing[1:]])}" if failing[1:] else ""
    return f"{missed(failing[0], standing)}{others}"


def missed(verdict: Verdict, standing: Standing) -> str:
    """Return by how much a candidate misses a constraint.

    Args:
        verdict: The constraint.
        standing: The candidate.

    Returns:
        Such as `accuracy 0.701 (0.690 to 0.712) misses >= 0.80 by 0.099, P(holds) less than 0.01`.
    """
    measurement = standing.pooled[verdict.quality].measurement
    by = figure(abs(verdict.slack), verdict.unit)
    return (
        f"{verdict.quality} {stated(measurement)} misses {verdict.text} by {by}, P(holds) {chance(verdict.probability)}"
    )


def why_left_out(standing: Standing, scenario: Scenario) -> str:
    """Return why a candidate whose larger trials were not run on purpose is out.

    Args:
        standing: The candidate.
        scenario: The question.

    Returns:
        The reason as it was given, and where its results end.
    """
    largest = standing.evidence.largest
    ends = "it has results at no size" if largest is None else f"its results end at {samples(largest)}"
    return f"not trained on {samples(scenario.design.sizes[-1])}: {standing.evidence.left_out}; {ends}"


def why_undecided(standing: Standing) -> str:
    """Return on which constraints a candidate is undecided, and what would settle them.

    Args:
        standing: A candidate with at least one undecided constraint.

    Returns:
        One clause a constraint, joined.
    """
    return "; ".join(_undecided(verdict, standing) for verdict in standing.undecided())


def why_chosen(standing: Standing, choice: Choice, probability: float) -> str:
    """Return why the chosen candidate is chosen.

    Args:
        standing: The candidate.
        choice: The choice.
        probability: P(on the front).

    Returns:
        Its constraints with the closest one, and how often the draws choose it.
    """
    sure = f"the choice in {chance(choice.wins)} of the joint draws, P(on the front) {chance(probability)}"
    if standing.state == "undecided":
        doubts = why_undecided(standing)
        return f"provisional, since nobody meets every constraint for sure; undecided: {doubts}; {sure}"
    closest = binding(standing.verdicts)
    if closest is None:
        return f"first by the preferences, without constraints to meet; {sure}"
    value = stated(standing.pooled[closest.quality].measurement)
    count = len(standing.verdicts)
    meets = "its constraint" if count == 1 else f"all {count} constraints, the closest one"
    margin = f"{closest.quality} {closest.text} with {value}, P(holds) {chance(closest.probability)}"
    return f"meets {meets} {margin}; {sure}"


def why_not_chosen(standing: Standing, chosen: Standing, comparison: Comparison, probability: float) -> str:
    """Return why a contender is on the front, or off it, and what it trades against the chosen one.

    Args:
        standing: A candidate that no constraint rejects, other than the chosen one.
        chosen: The chosen candidate.
        comparison: The comparison.
        probability: P(on the front).

    Returns:
        The sentence; of an undecided candidate it ends with what is undecided.
    """
    sentence = f"P(on the front) {chance(probability)}: {_against(standing, chosen, comparison)}"
    if standing.state == "undecided":
        return f"{sentence}; cannot be chosen while it is undecided: {why_undecided(standing)}"
    return sentence


def _absent(standing: Standing, scenario: Scenario) -> str:
    evidence, size = standing.evidence, scenario.design.sizes[-1]
    count, outcomes = sum(evidence.outcomes.values()), evidence.outcomes
    why = "; ".join(dict.fromkeys(evidence.failures))
    if not count:
        became = f"no trial at {samples(size)} has ended"
    elif not outcomes.get("ok") and count > 1:
        became = f"none of its {count} trials ended well ({why})"
    elif not outcomes.get("ok"):
        became = f"its only trial did not end well ({why})"
    elif not evidence.tried:
        became = f"no trial at {samples(size)} has ended"
    else:
        tried = len(evidence.failures)
        which = "the only trial" if tried == 1 else f"none of the {tried} trials"
        became = f"{which} at {samples(size)} {'did not end' if tried == 1 else 'ended'} well ({why})"
    largest = (
        "it has results at no size" if evidence.largest is None else f"its results end at {samples(evidence.largest)}"
    )
    return f"{became}; {largest}"


def _undecided(verdict: Verdict, standing: Standing) -> str:
    if isnan(verdict.probability):
        return f"{verdict.quality} {verdict.text} (not measured)"
    pooled = standing.pooled[verdict.quality]
    seeds = seeds_to_settle(verdict, pooled)
    remedy = (
        "no number of seeds would settle it, only more samples in each measurement"
        if isinf(seeds)
        else f"about {seeds:.0f} seeds in all would settle it"
    )
    value = stated(pooled.measurement)
    return f"{verdict.quality} {verdict.text} with {value}, P(holds) {chance(verdict.probability)}, {remedy}"


def _against(standing: Standing, chosen: Standing, comparison: Comparison) -> str:
    missing = [quality.name for quality in comparison.qualities if quality.name not in standing.pooled]
    if missing:
        return f"cannot be compared, since {listed(missing)} was not measured"
    names = comparison.names
    rival, near = _rival(standing, chosen, comparison)
    better = [q for q in range(len(comparison.qualities)) if not near[1][q]]
    worse = [q for q in range(len(comparison.qualities)) if not near[0][q]]
    pair = names.index(standing.name), names.index(rival)
    gains = listed([_figures(comparison, q, pair) for q in better]) if better else ""
    losses = listed([_figures(comparison, q, pair) for q in worse]) if worse else ""
    if gains and losses:
        return f"against {rival} better in {gains}, worse in {losses}"
    if losses:
        return f"{rival} is as good in everything compared, and better: {losses}"
    if gains:
        return f"against {rival} better in {gains}, worse in nothing that is compared"
    return f"differs from {rival} in nothing by more than what counts"


def _rival(standing: Standing, chosen: Standing, comparison: Comparison) -> tuple[str, tuple[list[bool], list[bool]]]:
    """Return whom to compare with: who dominates it by the pooled values, the chosen one first; else the chosen one.

    With it, one flag a compared quality: is the candidate not worse than the rival, is the rival not worse.
    """
    gains, epsilon, names = comparison.gains, comparison.epsilon, comparison.names
    own, first = gains[names.index(standing.name)], names.index(chosen.name)
    not_worse, rivals_not_worse = own >= gains - epsilon, gains >= own - epsilon
    dominating = rivals_not_worse.all(axis=1) & ~not_worse.all(axis=1)
    rival = int(dominating.argmax()) if dominating.any() and not dominating[first] else first
    return names[rival], (not_worse[rival].tolist(), rivals_not_worse[rival].tolist())


def _figures(comparison: Comparison, column: int, pair: tuple[int, int]) -> str:
    quality = comparison.qualities[column]
    first, second = (float(comparison.values[row, column]) for row in pair)
    own, other = both(first, second, quality.unit)
    return f"{quality.name} ({own} against {other})"
