"""Trade-offs in sentences: exchange rates, the knee, robustness to weights, seeds that would settle constraints."""

from collections.abc import Iterator, Mapping
from math import isnan

from netwright.records.decision import Decision
from netwright.records.quality import Quality
from netwright.records.tradeoff import Exchange, Flip, Standpoint
from netwright.report.figures import share_text, value_text
from netwright.report.sections.pareto import rate_texts
from netwright.report.sections.robustness import settlement_text


def tradeoff_sentences(decision: Decision) -> tuple[str, ...]:
    """Return the trade-offs of a decision in sentences.

    Args:
        decision: The decision.

    Returns:
        The sentences; none where no trade-offs are recorded.
    """
    tradeoffs = decision.tradeoffs
    if tradeoffs is None:
        return ()
    qualities = {quality.name: quality for quality in decision.qualities}
    known = [e for e in tradeoffs.exchanges if e.gain in qualities and e.price in qualities]
    settlements = [f"{s.candidate}: {settlement_text(decision, s)}" for s in tradeoffs.settlements]
    return (
        *(_exchange(exchange, qualities) for exchange in known),
        *([f"The knee of the front is {tradeoffs.knee}"] if tradeoffs.knee else []),
        *(_standpoint(standpoint) for standpoint in tradeoffs.standpoints),
        *(_flip(tradeoffs.flip, qualities) if tradeoffs.flip else []),
        *settlements,
    )


def _exchange(exchange: Exchange, qualities: Mapping[str, Quality]) -> str:
    gain, price = qualities[exchange.gain], qualities[exchange.price]
    rate, interval = rate_texts(exchange, gain.unit, price.unit)
    gained, paid = value_text(exchange.gained, gain.unit), value_text(exchange.paid, price.unit)
    return (
        f"From {exchange.worse} to {exchange.better}: {gain.title} better by {gained} for {paid} of {price.title}, "
        f"{rate} ({interval})"
    )


def _standpoint(standpoint: Standpoint) -> str:
    first = standpoint.acceptability[0] if standpoint.acceptability else float("nan")
    sure = "" if isnan(standpoint.confidence) else f", confidence {share_text(standpoint.confidence)}"
    worth = ""
    if standpoint.utility is not None:
        value, low, high = standpoint.utility
        worth = f", utility {value:.3f} ({low:.3f}–{high:.3f})"
    return f"{standpoint.candidate} ranks first in {share_text(first)} of all weights and draws{sure}{worth}"


def _flip(flip: Flip, qualities: Mapping[str, Quality]) -> Iterator[str]:
    moves = ", ".join(
        f"{qualities[name].title if name in qualities else name} {weight:.2f} → {flip.changed.get(name, weight):.2f}"
        for name, weight in flip.weights.items()
    )
    yield f"{flip.other} would draw level with {flip.winner} if {flip.distance:.0%} of the weight moved: {moves}"
