"""How the trials ended: counts, and every one that did not end well."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from netwright.records.decision import Assessment, Decision
from netwright.records.trial import Outcome, TrialResult
from netwright.report.figures import count_text, duration_text
from netwright.report.table import Cell, Table

LONGEST_DETAIL = 600
"""Letters of an error that a page shows; the ledger has all of it."""


@dataclass(frozen=True)
class Failure:
    """A trial that did not end well.

    Args:
        trial: Its id.
        candidate: The candidate.
        outcome: How it ended, in words.
        facts: Size, seed, time spent.
        detail: Why.
    """

    trial: str
    candidate: str
    outcome: str
    facts: str
    detail: str


def outcome_table(decision: Decision, results: Sequence[TrialResult]) -> Table:
    """Return candidates against outcomes, of those outcomes that occurred.

    Args:
        decision: The decision.
        results: Every trial; where empty, the counts are the decision's.

    Returns:
        The table; without rows where no trial ran.
    """
    counts = {assessment.name: _counts(assessment, results) for assessment in decision.candidates}
    occurred = [outcome for outcome in Outcome if outcome is Outcome.OK or any(c[outcome] for c in counts.values())]
    columns = (Cell("Candidate"), *(Cell(in_words(outcome)) for outcome in occurred))
    rows = tuple(
        (Cell(name, candidate=name), *(_count_cell(count, outcome) for outcome in occurred))
        for name, count in counts.items()
    )
    return Table(columns, rows if any(c.total() for c in counts.values()) else ())


def failures(results: Sequence[TrialResult]) -> tuple[Failure, ...]:
    """Return every trial that did not end well, in the order of the design.

    Args:
        results: Every trial.

    Returns:
        The failures; long details end in an ellipsis.
    """
    return tuple(
        Failure(result.trial, result.candidate, in_words(result.outcome), _facts(result), _shortened(result.detail))
        for result in results
        if result.outcome is not Outcome.OK
    )


def trials_summary(decision: Decision, results: Sequence[TrialResult]) -> str:
    """Return one sentence on how many trials there were, how many ended well, and what was lost.

    Args:
        decision: The decision.
        results: Every trial; where empty, the counts are the decision's.

    Returns:
        The sentence.
    """
    total: Counter[str] = Counter()
    for assessment in decision.candidates:
        total += _counts(assessment, results)
    if not total:
        return "No trial ran."
    ended = f"{total[Outcome.OK]:,} of {count_text(total.total(), 'trial')} ended well"
    spent = sum(result.seconds for result in results)
    lost = sum(result.lost_seconds for result in results)
    resumed = sum(result.attempts > 1 for result in results)
    took = f", {duration_text(spent)} of work in all" if results else ""
    again = f"; {resumed:,} started more than once, {duration_text(lost)} of work repeated" if resumed else ""
    return f"{ended}{took}{again}."


def in_words(outcome: Outcome) -> str:
    """Return an outcome as people say it.

    >>> in_words(Outcome.OUT_OF_MEMORY)
    'out of memory'
    """
    return outcome.value.replace("_", " ")


def _counts(assessment: Assessment, results: Sequence[TrialResult]) -> Counter[str]:
    if results:
        return Counter(result.outcome.value for result in results if result.candidate == assessment.name)
    return Counter(assessment.outcomes)


def _count_cell(count: Counter[str], outcome: Outcome) -> Cell:
    number = count[outcome]
    if outcome is Outcome.OK:
        return Cell(f"{number} of {count.total()}", kind="pass" if number == count.total() > 0 else "")
    return Cell(str(number), symbol="✗", kind="fail") if number else Cell("–")


def _facts(result: TrialResult) -> str:
    attempts = f", {result.attempts} attempts" if result.attempts > 1 else ""
    return f"{count_text(result.size, 'sample')}, seed {result.seed}, after {duration_text(result.seconds)}{attempts}"


def _shortened(detail: str) -> str:
    return detail if len(detail) <= LONGEST_DETAIL else detail[: LONGEST_DETAIL - 1] + "…"
