"""Taking in what is new: events, labels, drift, conditions, alarms."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

import numpy as np

from netwright.monitoring.drift.monitor import DriftMonitor
from netwright.monitoring.event import Event
from netwright.monitoring.live_accuracy import Verdicts, is_answer, with_answers, with_labels
from netwright.monitoring.progress import Progress
from netwright.monitoring.store import Batch
from netwright.monitoring.store_labels import Judged
from netwright.monitoring.triggers.catalog import watches
from netwright.monitoring.triggers.watch import News, Watch
from netwright.monitoring.windows import Pace, counted, with_events
from netwright.monitoring.windows import with_labels as windows_with_labels
from netwright.records.decision import Decision
from netwright.records.drift import DriftAlarm
from netwright.records.monitor import Alarm
from netwright.records.reference import Reference

_LITTLE_ENDIAN = np.dtype("<f4")
_DRIFT = "drift:"
_AGAIN = "The decision says to take it anew then: run its study again"
_LOOK = "Look at the samples since then; if they are here to stay, run the study on such data"


@dataclass(frozen=True)
class WatchedPackage:
    """What is known of the package that is watched.

    Args:
        name: Of its model.
        version: Of the package; events of other versions are counted only.
        decision: What was decided.
        reference: On which data.
        hardware: Of the machine that serves it, in words; empty where that is not known.
    """

    name: str
    version: str
    decision: Decision
    reference: Reference
    hardware: str = ""

    def watches(self) -> tuple[Watch, ...]:
        """Return the watches of its conditions."""
        return watches(self.decision)


def begun(watched: WatchedPackage, store: str) -> Progress:
    """Return the progress before anything was read of the store of that name."""
    return Progress(store=store, triggers=tuple(watch.start() for watch in watched.watches()))


def with_batch(
    progress: Progress, batch: Batch, watched: WatchedPackage, drift: DriftMonitor, pace: Pace
) -> tuple[Progress, News]:
    """Return the progress with more events, and what they are to the conditions.

    Args:
        progress: So far.
        batch: The events behind its place.
        watched: The package.
        drift: Its drift monitor, which takes the numbers in.
        pace: How time is cut.

    Returns:
        (the progress, the news).
    """
    events = batch.events
    answers = [event for event in events if is_answer(event, watched.version)]
    rung, unreadable = _compared(answers, watched, drift)
    latest = max([event.time for event in events], default=0.0)
    timed = [event for event in answers if isfinite(event.latency)]
    changed = {
        "place": batch.last,
        "events": progress.events + len(events),
        "latest": max(latest, progress.latest or latest) if events else progress.latest,
        "counts": counted(progress.counts, events),
        "windows": with_events(progress.windows, events, pace),
        "unreadable": progress.unreadable + unreadable,
        "tally": with_answers(progress.tally, events, watched.version),
        "alarms": (*progress.alarms, *rung),
    }
    found = progress.model_copy(update=changed)
    return found, News(
        time=found.latest or 0.0,
        latencies=np.array([event.latency for event in timed], np.float64),
        latency_times=np.array([event.time for event in timed], np.float64),
        right=np.zeros(0, np.bool_),
        right_times=np.zeros(0),
        labelled=found.tally.of(watched.version)[0],
        drifted=tuple(alarm.key.removeprefix(_DRIFT) for alarm in found.alarms if alarm.key.startswith(_DRIFT)),
        compared=drift.rows,
        hardware=watched.hardware,
    )


def with_verdicts(
    progress: Progress, judged: Sequence[Judged], watched: WatchedPackage, pace: Pace
) -> tuple[Progress, Verdicts]:
    """Return the progress with more labels, and what they said.

    Args:
        progress: So far.
        judged: What the labels say, in their order.
        watched: The package.
        pace: How time is cut.

    Returns:
        (the progress, the verdicts).
    """
    tally, verdicts = with_labels(progress.tally, judged, watched.version)
    windows = windows_with_labels(progress.windows, verdicts.changes, pace)
    return progress.model_copy(update={"tally": tally, "windows": windows}), verdicts


def with_news(progress: Progress, news: News, watched: WatchedPackage) -> Progress:
    """Return the progress after the conditions have looked at what is new; those that came true raise an alarm.

    Args:
        progress: So far.
        news: What is new.
        watched: The package.

    Returns:
        The progress.
    """
    states = tuple(
        watch.observe(before, news) for watch, before in zip(watched.watches(), progress.triggers, strict=True)
    )
    known = {alarm.key for alarm in progress.alarms}
    conditions = zip(watched.decision.revisit_when, states, strict=True)
    # each number that drifts has an alarm of its own
    fired = [
        Alarm(key=f"condition:{number}", time=state.since, title=state.text, reason=f"{state.detail}. {_AGAIN}")
        for number, (trigger, state) in enumerate(conditions, start=1)
        if state.since is not None and trigger.kind != "drift"
    ]
    new = [alarm for alarm in fired if alarm.key not in known]
    return progress.model_copy(update={"triggers": states, "alarms": (*progress.alarms, *new)})


def _compared(answers: Sequence[Event], watched: WatchedPackage, drift: DriftMonitor) -> tuple[list[Alarm], int]:
    """Return the alarms of the numbers of some answers, and how many answers have other numbers than the reference."""
    width = len(watched.reference.features) * _LITTLE_ENDIAN.itemsize
    given = [event for event in answers if event.features]
    fitting = [event for event in given if len(event.features) == width]
    if not fitting:
        return [], len(given)
    numbers = np.frombuffer(b"".join(event.features for event in fitting), _LITTLE_ENDIAN).reshape(len(fitting), -1)
    before = drift.rows
    rung = drift.observe(numbers, np.array([event.predicted for event in fitting], np.int64))
    alarms = [_alarm(one, fitting[max(0, min(one.row - before, len(fitting)) - 1)].time) for one in rung]
    return alarms, len(given) - len(fitting)


def _alarm(rung: DriftAlarm, time: float) -> Alarm:
    title = f"{rung.feature} has drifted"
    return Alarm(key=f"{_DRIFT}{rung.feature}", time=time, title=title, reason=f"{rung.message}. {_LOOK}")
