"""What a reader takes away at first sight: what to choose, and how sure that is."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan

from netwright.records.decision import Assessment, Decision
from netwright.records.trial import Outcome, TrialResult
from netwright.report.figures import count_text, interval_text, share_text, value_text


@dataclass(frozen=True)
class Fact:
    """A figure at the head of a page.

    Args:
        name: What it is.
        value: The figure.
        below: What qualifies it.
        kind: What it means, such as `pass`.
    """

    name: str
    value: str
    below: str = ""
    kind: str = ""


def headline(decision: Decision) -> str:
    """Return the decision in a few words.

    Args:
        decision: The decision.

    Returns:
        The words.
    """
    if decision.chosen is None:
        return "No candidate may be chosen"
    return f"Choose {decision.chosen}"


def facts(decision: Decision, results: Sequence[TrialResult]) -> tuple[Fact, ...]:
    """Return the figures at the head of a page: how good, how sure, on how much.

    Args:
        decision: The decision.
        results: Every trial; where empty, the counts are the decision's.

    Returns:
        The facts that are known.
    """
    chosen = next((a for a in decision.candidates if a.name == decision.chosen), None)
    return (*(_about_chosen(decision, chosen) if chosen else ()), _trials(decision, results), _design(decision))


def _about_chosen(decision: Decision, chosen: Assessment) -> tuple[Fact, ...]:
    front = Fact(
        "On the Pareto front",
        share_text(chosen.probability_front),
        "probability, given the noise between seeds",
    )
    return (*_first_quality(decision, chosen), front, *_constraints_met(chosen))


def _first_quality(decision: Decision, chosen: Assessment) -> tuple[Fact, ...]:
    name = decision.scenario.preferences.order[0]
    measured = chosen.measured(name)
    if measured is None or isnan(measured.value):
        return ()
    title = next((quality.title for quality in decision.qualities if quality.name == name), name)
    interval = interval_text(measured.low, measured.high, measured.unit)
    below = interval if interval == "exact" else f"{interval}, 90% interval"
    return (Fact(title, value_text(measured.value, measured.unit), below),)


def _constraints_met(chosen: Assessment) -> tuple[Fact, ...]:
    if not chosen.verdicts:
        return ()
    met = sum(verdict.holds == "pass" for verdict in chosen.verdicts)
    undecided = sum(verdict.holds == "undecided" for verdict in chosen.verdicts)
    least = min((v.probability for v in chosen.verdicts if not isnan(v.probability)), default=float("nan"))
    below = f"least certain: {share_text(least)}" + (f"; {undecided} undecided" if undecided else "")
    kind = "pass" if met == len(chosen.verdicts) else "undecided"
    return (Fact("Constraints met", f"{met} of {len(chosen.verdicts)}", below, kind),)


def _trials(decision: Decision, results: Sequence[TrialResult]) -> Fact:
    if results:
        well, total = sum(result.outcome is Outcome.OK for result in results), len(results)
    else:
        well = sum(a.outcomes.get(Outcome.OK.value, 0) for a in decision.candidates)
        total = sum(sum(a.outcomes.values()) for a in decision.candidates)
    return Fact("Trials that ended well", f"{well:,} of {total:,}", count_text(len(decision.candidates), "candidate"))


def _design(decision: Decision) -> Fact:
    design = decision.scenario.design
    sizes = f"up to {design.sizes[-1]:,}" if len(design.sizes) > 1 else f"{design.sizes[0]:,}"
    return Fact(
        "Training samples", sizes, f"{count_text(len(design.sizes), 'size')}, {count_text(design.seeds, 'seed')}"
    )
