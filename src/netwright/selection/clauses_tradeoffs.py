"""What an analysis says of trade-offs: what is exchanged for what, and whether other weights choose otherwise."""

from collections.abc import Iterator, Mapping
from math import isnan

from netwright.records.clause import Clause, Source
from netwright.records.decision import Decision
from netwright.records.quality import Quality
from netwright.records.search import Search
from netwright.records.tradeoff import Exchange, Flip, Settlement, Standpoint
from netwright.selection.wording import chance, figure, listed


def of_trade_offs(decision: Decision) -> Iterator[Clause]:
    """Yield what the chosen candidate trades, the knee, and how robust the choice is to weights.

    Args:
        decision: The decision.

    Yields:
        One clause a statement; none where fewer than two candidates contend.
    """
    found = decision.tradeoffs
    if found is None:
        return
    qualities = {quality.name: quality for quality in decision.qualities}
    for exchange in found.exchanges:
        if decision.chosen in {exchange.better, exchange.worse}:
            yield _exchange(exchange, qualities, decision)
    if found.knee is not None:
        distance = next(point.knee for point in found.standpoints if point.candidate == found.knee)
        yield Clause(
            text=f"{found.knee} is the knee of the front: it stands {distance:.3f} beyond the plane through its ends",
            sources=(_source(decision, found.knee),),
        )
    for point in found.standpoints:
        if point.candidate == decision.chosen and point.acceptability:
            yield _standpoint(point, decision)
    if found.flip is not None:
        yield _flip(found.flip, decision)
    for settlement in found.settlements:
        yield _settlement(settlement, decision)


def of_search(search: Search) -> Clause:
    """Return what a modification search found.

    Args:
        search: The search.

    Returns:
        One clause.
    """
    source = Source(candidate=search.base, factor="search")
    tried = f"of {len(search.attempts)} tried forms of {search.base}"
    if search.comparison is None:
        return Clause(text=f"{tried}, none was better than the hand-written one", sources=(source,))
    found = search.comparison
    changes = listed([f"{name} {value}" for name, value in found.changes.items()]) if found.changes else "nothing"
    verb = "dominates" if found.dominates else "does not surely dominate"
    return Clause(
        text=f"{tried}, {found.variant.name} (changed: {changes}) {verb} the hand-written one, with probability "
        f"{chance(found.probability_dominates)}",
        sources=(source,),
    )


def _source(decision: Decision, *names: str) -> Source:
    trials = tuple(trial for name in names for trial in decision.assessment(name).evidence)
    return Source(candidate=names[0], factor="tradeoffs", trials=trials)


def _exchange(exchange: Exchange, qualities: Mapping[str, Quality], decision: Decision) -> Clause:
    gain, price = qualities[exchange.gain], qualities[exchange.price]
    rate, low, high = (figure(end, price.unit) for end in exchange.rate)
    return Clause(
        text=f"{exchange.better} is better than {exchange.worse} in {gain.name} by "
        f"{figure(exchange.gained, gain.unit)} and worse in {price.name} by {figure(exchange.paid, price.unit)}: "
        f"{rate} ({low} to {high}) for each {figure(1.0, gain.unit)}",
        sources=(
            _source(decision, exchange.better, exchange.worse),
            _source(decision, exchange.worse, exchange.better),
        ),
    )


def _standpoint(point: Standpoint, decision: Decision) -> Clause:
    text = f"over all weights and draws {point.candidate} ranks first with probability {chance(point.acceptability[0])}"
    if not isnan(point.confidence):
        text += f", and at the weights that suit it best with {chance(point.confidence)}"
    if point.utility is not None:
        value, low, high = point.utility
        text += f"; its weighted utility is {value:.3f} ({low:.3f} to {high:.3f})"
    return Clause(text=text, sources=(_source(decision, point.candidate),))


def _flip(flip: Flip, decision: Decision) -> Clause:
    moves = listed(
        [
            f"{name} from {weight:.2f} to {flip.changed[name]:.2f}"
            for name, weight in flip.weights.items()
            if f"{weight:.2f}" != f"{flip.changed[name]:.2f}"
        ]
        or ["no weight"]
    )
    return Clause(
        text=f"by weighted utility {flip.winner} is first; {flip.other} draws level where {flip.distance:.3f} of the "
        f"weight moves: {moves}",
        sources=(_source(decision, flip.winner, flip.other), _source(decision, flip.other, flip.winner)),
    )


def _settlement(found: Settlement, decision: Decision) -> Clause:
    known = "not measured" if isnan(found.probability) else f"P(it holds) {chance(found.probability)}"
    needed = f"about {found.needed:.0f} would settle it" if found.needed < float("inf") else "no number would settle it"
    return Clause(
        text=f"{found.candidate} is undecided on {found.quality} ({known}) after {found.seeds} seeds; {needed}",
        sources=(_source(decision, found.candidate),),
    )
