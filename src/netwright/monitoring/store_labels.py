"""Labels with the answers that they judge, in the order in which they were told."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from netwright.monitoring.event import Route
from netwright.monitoring.store import Store

_JUDGED = """
SELECT l.rowid, l.label, l.time, l.source,
    (SELECT p.label FROM labels p WHERE p.id = l.id AND p.rowid < l.rowid AND p.source <> 'model'
        ORDER BY p.rowid DESC LIMIT 1),
    e.time, e.version, e.model, e.route, e.predicted, e.confidence
FROM labels l LEFT JOIN events e ON e.id = l.id AND e.status = 200 AND e.predicted >= 0 AND NOT EXISTS (
    SELECT 1 FROM events x WHERE x.id = e.id AND x.rowid < e.rowid AND x.version = e.version AND x.model = e.model
        AND x.route = e.route AND x.status = 200 AND x.predicted >= 0)
WHERE {chosen} ORDER BY l.rowid, e.rowid
"""


class Answer(NamedTuple):
    """What was answered.

    Args:
        time: Seconds since the epoch.
        version: Of the package.
        model: The candidate.
        route: How the request came to it.
        predicted: Index of the class.
        confidence: Its probability; None where there is none.
    """

    time: float
    version: str
    model: str
    route: Route
    predicted: int
    confidence: float | None


class Judged(NamedTuple):
    """One label and one answer that it judges; a label judges the answer of every route that its request took.

    Args:
        place: Of the label, in the order of the labels.
        label: Index of the class.
        time: When it was told, seconds since the epoch.
        source: Who said so.
        before: What an earlier label of the same sample said that is no model's own; None where there was none.
        answer: The first answer under that id by one version, model and route; None where there is none.
    """

    place: int
    label: int
    time: float
    source: str
    before: int | None
    answer: Answer | None


def judged_after(store: Store, place: int, limit: int) -> tuple[Judged, ...]:
    """Return what the labels say that were told behind a place.

    Args:
        store: The telemetry.
        place: Of the last label that is known, 0 for the beginning.
        limit: Labels at most.

    Returns:
        One row for each label and answer, in the order of the labels.
    """
    chosen = "l.rowid IN (SELECT rowid FROM labels WHERE rowid > ? ORDER BY rowid LIMIT ?)"
    return tuple(map(_judged, store.read(_JUDGED.format(chosen=chosen), (place, limit))))


def judged_at(store: Store, places: Sequence[int]) -> tuple[Judged, ...]:
    """Return what some labels say.

    Args:
        store: The telemetry.
        places: Theirs; a thousand at most.

    Returns:
        One row for each label and answer, in the order of the labels.
    """
    marks = ",".join("?" * len(places))
    return tuple(map(_judged, store.read(_JUDGED.format(chosen=f"l.rowid IN ({marks})"), places)))


def _judged(row: Sequence[Any]) -> Judged:
    place, label, time, source, before = row[:5]
    return Judged(place, label, time, source, before, Answer(*row[5:]) if row[5] is not None else None)
