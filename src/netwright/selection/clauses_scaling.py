"""What an analysis says of scaling: error, suitable and optimal sizes, cost."""

from collections.abc import Iterator
from math import isfinite

from netwright.records.clause import Clause, Source
from netwright.records.curve import Curve
from netwright.records.decision import Decision
from netwright.records.factors import CandidateFactors
from netwright.records.growth import Growth
from netwright.records.scalability import Scalability
from netwright.records.units import format_quantity
from netwright.selection.subjects import trials_at
from netwright.selection.wording import samples


def of_scaling(
    name: str, curve: Curve | None, factors: CandidateFactors | None, decision: Decision
) -> Iterator[Clause]:
    """Yield how one candidate's error and cost grow with the data.

    Args:
        name: The candidate.
        curve: Its error curve, where there is one.
        factors: Its factors, where there are any.
        decision: The decision.

    Yields:
        One clause a statement.
    """
    if curve is not None:
        yield _error(name, curve, decision)
    if factors is None:
        return
    if factors.scalability is not None:
        yield from _sizes(name, factors.scalability, decision)
    for growth in (factors.time, factors.memory):
        if growth is not None:
            yield _cost(name, growth, decision)


def _error(name: str, curve: Curve, decision: Decision) -> Clause:
    largest = curve.sizes[-1]
    now, then = (
        f"{value:.3f} ({low:.3f} to {high:.3f}) at {samples(n)}"
        for n in (largest, 2 * largest)
        for value, low, high in [curve.predict(n)]
    )
    flags = f" ({'; '.join(curve.flags)})" if curve.flags else ""
    return Clause(
        text=f"by its curve the error of {name} is {now}, and expected to be {then}{flags}",
        sources=(Source(candidate=name, factor="curve", trials=trials_at(decision, name, curve.sizes)),),
    )


def _sizes(name: str, found: Scalability, decision: Decision) -> Iterator[Clause]:
    source = Source(
        candidate=name, factor="scalability", trials=trials_at(decision, name, decision.scenario.design.sizes)
    )
    if isfinite(found.suitable):
        suitable = (
            f"{samples(found.suitable)} suit {name}: there its error is at most {found.target:.3f}, with P >= 0.9"
        )
    else:
        suitable = f"no size within reach is sure to bring the error of {name} down to {found.target:.3f}"
    yield Clause(text=suitable, sources=(source,))
    if found.feasible is None:
        yield Clause(text=f"at no size does {name} meet every constraint: {found.why_empty}", sources=(source,))
    elif found.optimal is not None:
        ends = f"{found.optimal.low:,.0f} to {found.optimal.high:,.0f}"
        yield Clause(
            text=f"the optimal range of {name} is {ends} training samples; beyond, one more doubling gains less than "
            f"{found.gain:.3f}",
            sources=(source,),
        )
    elif found.why_not_optimal:
        yield Clause(text=f"no size is optimal for {name}: {found.why_not_optimal}", sources=(source,))
    value, low, high = found.percent
    yield Clause(text=f"{name} scales to {value:.0f}% ({low:.0f}% to {high:.0f}%)", sources=(source,))


def _cost(name: str, growth: Growth, decision: Decision) -> Clause:
    largest = growth.sizes[-1]
    value, low, high = (format_quantity(x, growth.unit) for x in growth.predict(largest))
    return Clause(
        text=f"{growth.quality} of {name} grows with exponent {growth.p:.2f}, to {value} ({low} to {high}) at "
        f"{samples(largest)}",
        sources=(Source(candidate=name, factor="growth", trials=trials_at(decision, name, growth.sizes)),),
    )
