"""The written analysis: the decision and its factors in clauses, each tied to the figures that it was read from."""

from collections.abc import Iterator, Sequence

from netwright.records.clause import Clause
from netwright.records.decision import Decision
from netwright.records.factors import Factors
from netwright.records.search import Search
from netwright.selection.clauses_choice import of_the_choice
from netwright.selection.clauses_platform import of_the_platform
from netwright.selection.clauses_scaling import of_scaling
from netwright.selection.clauses_tradeoffs import of_search, of_trade_offs
from netwright.selection.clauses_training import of_consistency, of_gains
from netwright.selection.subjects import subjects


def analyse(decision: Decision, factors: Factors, search: Sequence[Search] = ()) -> tuple[Clause, ...]:
    """Return the decision and its factors in words, one clause a statement.

    Every figure of a clause stands in the records that its sources name, and a clause is there only where they have
    the figure. Of more than six candidates it speaks of the chosen one, its fallback and the front first.

    Source: the scalability paper, table II, "subjective analysis".

    Args:
        decision: The decision.
        factors: What was recorded beside it.
        search: Modification searches that belong to it.

    Returns:
        The clauses: the choice, scaling, training, the platform, trade-offs, searches.
    """
    return tuple(_clauses(decision, factors, search))


def _clauses(decision: Decision, factors: Factors, search: Sequence[Search]) -> Iterator[Clause]:
    found = {one.candidate: one for one in factors.candidates}
    spoken = subjects(decision)
    yield from of_the_choice(decision)
    for subject in spoken:
        yield from of_scaling(subject.name, subject.curve, found.get(subject.name), decision)
    for subject in spoken:
        if subject.name in found:
            yield from of_consistency(found[subject.name].consistency, decision)
    yield from of_gains(factors.gains, decision)
    for subject in spoken:
        if subject.name in found:
            yield from of_the_platform(found[subject.name], decision)
    yield from of_trade_offs(decision)
    for one in search:
        yield of_search(one)
