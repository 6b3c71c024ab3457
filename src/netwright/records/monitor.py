"""What a monitor knows: rates, latency, drift, accuracy, triggers, alarms, at one moment."""

from math import inf
from typing import Literal

from pydantic import Field

from netwright.records.drift import DriftState
from netwright.records.record import Record, Rows

Standing = Literal["holds", "watching", "fired", "cannot be watched"]


class Evidence(Record):
    """How strongly the observations so far speak for an alarm.

    Args:
        n: Observations.
        happened: How often it happened that is watched.
        capital: Logarithm of each gambler's capital; empty before the first observation.
        largest: Logarithm of the largest mean capital so far.
        crossed: The observation, counted from 1, at which the alarm was due; None where it was not.
    """

    n: int = 0
    happened: int = 0
    capital: tuple[float, ...] = ()
    largest: float = -inf
    crossed: int | None = None


class TriggerState(Record):
    """How a condition stands under which the decision should be taken anew.

    Args:
        text: The condition in words.
        standing: It holds that the decision stands; that is being watched; the condition came true (which stays so);
            or it cannot be seen from here.
        detail: What was seen, with figures, or why nothing can be.
        since: When it came true, seconds since the epoch.
        evidence: Of a watch that tests; None elsewhere.
    """

    text: str
    standing: Standing
    detail: str
    since: float | None = None
    evidence: Evidence | None = None


class Count(Record):
    """How many events of one kind there were.

    Args:
        version: Of the package.
        model: The candidate that answered.
        route: How a request came to it.
        status: Of the response.
        n: How many.
    """

    version: str
    model: str
    route: str
    status: int
    n: int


class Window(Record):
    """What happened in a stretch of time.

    Args:
        start: Its begin, seconds since the epoch.
        counts: Events by kind.
        latencies: Bin of latency -> answers in it, as `monitoring.latency_bins` has them.
        labelled: Answers of this time, by the decision's model, whose label has come.
        right: Those of them that were right.
    """

    start: float
    counts: tuple[Count, ...] = ()
    latencies: dict[int, int] = Field(default_factory=dict)
    labelled: int = 0
    right: int = 0

    @property
    def events(self) -> int:
        """How many events."""
        return sum(count.n for count in self.counts)


class RouteAccuracy(Record):
    """How often one route was right.

    Args:
        version: Of the package.
        model: The candidate.
        route: The route.
        labelled: Answers whose label has come.
        right: Those that were right.
        low: Lower end of the 90% confidence sequence.
        high: Upper end.
    """

    version: str
    model: str
    route: str
    labelled: int
    right: int
    low: float
    high: float


class LiveAccuracy(Record):
    """How often the answers were right, as far as labels have come.

    Args:
        answered: Answers by the decision's model that are known here.
        labelled: Those with a label by a person or an outcome.
        right: Those that were right.
        low: Lower end of the 90% confidence sequence; 0 without labels.
        high: Upper end.
        assumed: The accuracy that the decision was made on, NaN where it was not measured.
        assumed_low: Lower end of its 90% interval.
        assumed_high: Upper end.
        confidence: Mean confidence of all answers.
        confidence_labelled: Of those with a label: where it is far from the former, they are no fair sample.
        delay: Median seconds from an answer to its label; NaN without labels.
        delay_long: What nine in ten labels need at most.
        from_model: Labels that are a model's own predictions; they count for nothing here.
        corrected: Labels that replaced an earlier one.
        unmatched: Labels whose answer is not in the telemetry.
        routes: The same by version, model and route.
    """

    answered: int
    labelled: int
    right: int
    low: float
    high: float
    assumed: float
    assumed_low: float
    assumed_high: float
    confidence: float
    confidence_labelled: float
    delay: float
    delay_long: float
    from_model: int
    corrected: int
    unmatched: int
    routes: tuple[RouteAccuracy, ...] = ()


class Alarm(Record):
    """Something that somebody should look at; it stays until it is acknowledged, and stays known after that.

    Args:
        key: What it is called when it is acknowledged.
        time: When it was due, seconds since the epoch.
        title: What is the matter, in a line.
        reason: What was found, and what to do.
        acknowledged: When somebody said to have seen it; None where nobody has.
    """

    key: str
    time: float
    title: str
    reason: str
    acknowledged: float | None = None


class MonitorState(Record):
    """What a monitor knows at one moment.

    Args:
        name: Of the package's model.
        version: Of the package.
        decided: The candidate that the decision chose.
        time: The moment, seconds since the epoch.
        seconds: Length of a window.
        latest: Time of the newest event; None without events.
        events: Events that were read.
        behind: Events that are stored and not yet read.
        counts: Events by kind, since the beginning.
        windows: The last stretches of time in which something happened, oldest first.
        drift: Every watched number, over the answers that were compared with the reference.
        unreadable: Answers whose numbers do not fit the reference.
        accuracy: As far as labels have come.
        triggers: The decision's conditions.
        lost: Events that services could not store.
        runs: Runs of a service that lost some.
        alarms: All, oldest first.
        latency_limit: The 99% latency that a condition of the decision names, in seconds; None where none does.
    """

    name: str
    version: str
    decided: str
    time: float
    seconds: float
    latest: float | None
    events: int
    behind: int
    counts: tuple[Count, ...]
    windows: tuple[Window, ...]
    drift: DriftState
    unreadable: int
    accuracy: LiveAccuracy
    triggers: tuple[TriggerState, ...]
    lost: int
    runs: int
    alarms: tuple[Alarm, ...]
    latency_limit: float | None = None

    @property
    def on(self) -> tuple[Alarm, ...]:
        """The alarms that nobody has acknowledged."""
        return tuple(alarm for alarm in self.alarms if alarm.acknowledged is None)

    def table(self) -> tuple[tuple[str, ...], Rows]:
        """Return one row a fact: events, losses, accuracy, drift, each trigger, each alarm."""
        accuracy = self.accuracy
        share = f"{accuracy.right / max(accuracy.labelled, 1):.1%} ({accuracy.low:.1%} to {accuracy.high:.1%})"
        rows: Rows = [
            ("events", f"{self.events:,}", f"{self.behind:,} not yet read" if self.behind else ""),
            ("lost", f"{self.lost:,}", ""),
            ("accuracy", share if accuracy.labelled else "no labels", f"{accuracy.labelled:,} labelled"),
            ("drift", ", ".join(self.drift.drifted) or "none", f"{self.drift.rows:,} compared"),
            *((one.standing, one.text, one.detail) for one in self.triggers),
            *(("alarm" if one.acknowledged is None else "seen", one.key, one.reason) for one in self.alarms),
        ]
        return ("what", "value", "detail"), rows
