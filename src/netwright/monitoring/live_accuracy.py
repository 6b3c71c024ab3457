"""How often the answers were right: labels that come late, joined to the answers that they judge."""

from collections import Counter
from collections.abc import Iterable, Sequence
from math import isfinite, nan
from typing import NamedTuple

from pydantic import Field

from netwright.monitoring.confidence_sequence import share_between
from netwright.monitoring.event import Event
from netwright.monitoring.latency_bins import binned, joined, quantile
from netwright.monitoring.store_labels import Judged
from netwright.records.decision import Decision
from netwright.records.monitor import LiveAccuracy, RouteAccuracy
from netwright.records.record import Record
from netwright.records.reference import Reference

WAITING = 1000
"""Labels that may wait for an answer which the telemetry writes after them."""
MAIN, MODEL = "main", "model"
Key = tuple[str, str, str]


class Tally(Record):
    """What was counted so far; everything that a later count needs.

    Args:
        place: Of the last label that was read.
        waiting: Places of labels whose answer was not there.
        labelled: (version, model, route, answers with a true label, of these right).
        delays: Bin of seconds from answer to label -> labels.
        from_model: Labels that are a model's own.
        corrected: Labels that replaced an earlier one.
        unmatched: True labels whose answer is not there.
        answered: Answers by the decision's model.
        confidence: Sum of their confidences.
        confidence_labelled: The same over those with a label.
    """

    place: int = 0
    waiting: tuple[int, ...] = ()
    labelled: tuple[tuple[str, str, str, int, int], ...] = ()
    delays: dict[int, int] = Field(default_factory=dict)
    from_model: int = 0
    corrected: int = 0
    unmatched: int = 0
    answered: int = 0
    confidence: float = 0.0
    confidence_labelled: float = 0.0

    def of(self, version: str, route: str = MAIN) -> tuple[int, int]:
        """Return the labelled and the right answers of a version by a route, over its models."""
        mine = [row[3:] for row in self.labelled if (row[0], row[2]) == (version, route)]
        return sum(n for n, _ in mine), sum(right for _, right in mine)


class Verdicts(NamedTuple):
    """What labels said of the answers by the decision's model.

    Args:
        right: Whether each answer was right whose first true label has come, in the order of the labels.
        times: When these labels were told.
        changes: Time of an answer, change of the labelled, change of the right: corrections too.
    """

    right: tuple[bool, ...]
    times: tuple[float, ...]
    changes: tuple[tuple[float, int, int], ...]


def with_answers(tally: Tally, events: Iterable[Event], version: str) -> Tally:
    """Return a tally with more answers counted.

    Args:
        tally: So far.
        events: More.
        version: Of the package that is watched.

    Returns:
        The tally.
    """
    mine = [event.confidence for event in events if is_answer(event, version)]
    known = sum(value for value in mine if isfinite(value))
    return tally.model_copy(update={"answered": tally.answered + len(mine), "confidence": tally.confidence + known})


def is_answer(event: Event, version: str) -> bool:
    """Return whether an event is an answer by the model that the decision chose."""
    return event.status == 200 and event.predicted >= 0 and (event.version, event.route) == (version, MAIN)


def with_labels(tally: Tally, judged: Sequence[Judged], version: str) -> tuple[Tally, Verdicts]:
    """Return a tally with more labels counted, and what they said.

    A label by a model counts for nothing: that a model agrees with itself is no evidence. A second true label of the
    same sample replaces the first in the tally, and is no new verdict: the tests keep what they were told first.

    Args:
        tally: So far.
        judged: What the labels say, in their order; of new labels, or of those that were waiting.
        version: Of the package that is watched.

    Returns:
        (the tally, the verdicts).
    """
    counts: Counter[Key] = Counter({row[:3]: row[3] for row in tally.labelled})
    rights: Counter[Key] = Counter({row[:3]: row[4] for row in tally.labelled})
    truths = [row for row in judged if row.source != MODEL and row.answer is not None]
    right, times, changes, delays, confidence = [], [], [], [], 0.0
    for row in truths:
        answer = row.answer
        assert answer is not None
        key, good = (answer.version, answer.model, answer.route), answer.predicted == row.label
        first = row.before is None
        gained = int(good) - (0 if first else int(answer.predicted == row.before))
        counts[key] += first
        rights[key] += gained
        if (answer.version, answer.route) != (version, MAIN):
            continue
        changes.append((answer.time, int(first), gained))
        if first:
            right.append(good)
            times.append(row.time)
            delays.append(row.time - answer.time)
            confidence += answer.confidence or 0.0
    changed = {
        **_waiting(tally, judged),
        "labelled": tuple((*key, counts[key], rights[key]) for key in sorted(counts)),
        "delays": joined(tally.delays, binned(delays)),
        "corrected": tally.corrected + len({row.place for row in truths if row.before not in {None, row.label}}),
        "confidence_labelled": tally.confidence_labelled + confidence,
    }
    return tally.model_copy(update=changed), Verdicts(tuple(right), tuple(times), tuple(changes))


def told(tally: Tally, version: str, decision: Decision, reference: Reference) -> LiveAccuracy:
    """Return what the counts come to, beside what the decision was made on.

    Args:
        tally: The counts.
        version: Of the package that is watched.
        decision: Its decision.
        reference: What its test samples were like.

    Returns:
        The record.
    """
    labelled, right = tally.of(version)
    low, high = share_between(right, labelled)
    chosen = decision.assessment(decision.chosen) if decision.chosen is not None else None
    measured = chosen.measured("accuracy") if chosen is not None else None
    share = reference.correct / reference.n if reference.n else nan
    assumed = (measured.value, measured.low, measured.high) if measured is not None else (share, share, share)
    return LiveAccuracy(
        answered=tally.answered,
        labelled=labelled,
        right=right,
        low=low,
        high=high,
        assumed=assumed[0],
        assumed_low=assumed[1],
        assumed_high=assumed[2],
        confidence=tally.confidence / tally.answered if tally.answered else nan,
        confidence_labelled=tally.confidence_labelled / labelled if labelled else nan,
        delay=quantile(tally.delays, 0.5),
        delay_long=quantile(tally.delays, 0.9),
        from_model=tally.from_model,
        corrected=tally.corrected,
        unmatched=tally.unmatched,
        routes=tuple(_route(*row) for row in tally.labelled),
    )


def _route(version: str, model: str, route: str, labelled: int, right: int) -> RouteAccuracy:
    low, high = share_between(right, labelled)
    return RouteAccuracy(
        version=version, model=model, route=route, labelled=labelled, right=right, low=low, high=high
    )  # fmt: skip


def _waiting(tally: Tally, judged: Sequence[Judged]) -> dict[str, object]:
    """Return the changed fields about labels that have, or do not have, an answer."""
    seen = {row.place: row for row in judged}
    again = seen.keys() & set(tally.waiting)
    new = [row for place, row in seen.items() if place not in again]
    alone = [row.place for row in new if row.answer is None and row.source != MODEL]
    found = {place for place in again if seen[place].answer is not None}
    return {
        "place": max([tally.place, *seen]),
        "waiting": tuple([*(place for place in tally.waiting if place not in found), *alone][-WAITING:]),
        "from_model": tally.from_model + sum(row.source == MODEL for row in new),
        "unmatched": tally.unmatched + len(alone) - len(found),
    }
