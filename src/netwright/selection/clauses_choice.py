"""What an analysis says of the choice: who is chosen, how sure that is, and what stands against the others."""

from collections.abc import Iterator
from math import isnan

from netwright.records.clause import Clause, Source
from netwright.records.decision import Assessment, Decision
from netwright.selection.constraints import binding
from netwright.selection.front import KEEP
from netwright.selection.subjects import subjects
from netwright.selection.wording import chance, figure, listed, samples, stated


def of_the_choice(decision: Decision) -> Iterator[Clause]:
    """Yield who is chosen with its figures and how sure that is, and why the others are not.

    Args:
        decision: The decision.

    Yields:
        One clause a statement.
    """
    if decision.chosen is None:
        yield _nobody(decision)
    else:
        yield from _chosen(decision.assessment(decision.chosen), decision)
    for found in subjects(decision):
        if found.name != decision.chosen:
            yield _other(found)


def _chosen(found: Assessment, decision: Decision) -> Iterator[Clause]:
    preferred = [m for name in decision.scenario.preferences.order if (m := found.measured(name)) is not None]
    if preferred:
        figures = listed([f"{m.quality} {stated(m)}" for m in preferred])
        at = samples(decision.scenario.design.sizes[-1])
        yield Clause(
            text=f"{found.name} is chosen: at {at} it reaches {figures}",
            sources=tuple(Source(candidate=found.name, factor=m.quality, trials=found.evidence) for m in preferred),
        )
    yield Clause(
        text=f"{found.name} belongs on the Pareto front with probability {chance(found.probability_front)}",
        sources=(Source(candidate=found.name, factor="front", trials=found.evidence),),
    )
    closest = binding(found.verdicts)
    if closest is not None and not isnan(closest.probability):
        slack = f"{figure(abs(closest.slack), closest.unit)} {'inside' if closest.slack >= 0 else 'beyond'} it"
        yield Clause(
            text=f"the constraint that is closest to {found.name} is {closest.quality} {closest.text}: it is {slack}, "
            f"and P(it holds) is {chance(closest.probability)}",
            sources=(Source(candidate=found.name, factor="verdicts", trials=found.evidence),),
        )


def _nobody(decision: Decision) -> Clause:
    rejected = [found for found in decision.candidates if found.status == "rejected"]
    return Clause(
        text=f"no candidate may be chosen: {len(rejected)} of {len(decision.candidates)} are rejected",
        sources=tuple(Source(candidate=found.name, factor="verdicts", trials=found.evidence) for found in rejected)
        or (Source(factor="verdicts"),),
    )


def _other(found: Assessment) -> Clause:
    source = Source(candidate=found.name, factor="front", trials=found.evidence)
    missed = [verdict for verdict in found.verdicts if verdict.holds == "fail"]
    if not found.measurements:
        outcomes = listed([f"{count} {name}" for name, count in found.outcomes.items()]) if found.outcomes else "none"
        text = f"{found.name} left no result at the largest size; its trials ended so: {outcomes}"
        return Clause(text=text, sources=(Source(candidate=found.name, factor="recovery"),))
    if missed:
        figures = listed([f"{v.quality} {v.text} by {figure(abs(v.slack), v.unit)}" for v in missed])
        return Clause(
            text=f"{found.name} is rejected: it misses {figures}",
            sources=(Source(candidate=found.name, factor="verdicts", trials=found.evidence),),
        )
    where = "on the front" if found.probability_front >= KEEP else "dominated"
    text = f"{found.name} is {where}: P(on the front) is {chance(found.probability_front)}"
    undecided = [verdict for verdict in found.verdicts if verdict.holds == "undecided"]
    if not undecided:
        return Clause(text=text, sources=(source,))
    doubts = listed([f"{v.quality} {v.text} (P {_known(v.probability)})" for v in undecided])
    verdicts = Source(candidate=found.name, factor="verdicts", trials=found.evidence)
    return Clause(text=f"{text}; undecided: {doubts}", sources=(source, verdicts))


def _known(probability: float) -> str:
    return "not known" if isnan(probability) else chance(probability)
