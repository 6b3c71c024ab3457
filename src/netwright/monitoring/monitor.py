"""The monitor of a package: reads what is new in the telemetry, and says how the decision stands."""

import time
from collections.abc import Callable, Sequence

import numpy as np

from netwright.monitoring.drift.monitor import DriftMonitor
from netwright.monitoring.intake import WatchedPackage, begun, with_batch, with_news, with_verdicts
from netwright.monitoring.live_accuracy import Verdicts, told
from netwright.monitoring.progress import Progress, alone, progress_file, read_progress, write_progress
from netwright.monitoring.store import Batch, Store
from netwright.monitoring.store_labels import judged_after, judged_at
from netwright.monitoring.triggers.watch import News
from netwright.monitoring.windows import Pace
from netwright.records.decision import Decision
from netwright.records.errors import InputError, StorageError, nearest
from netwright.records.monitor import MonitorState

BATCH = 4096
"""Events, and labels, that are taken in at once."""
AT_ONCE = 8 * BATCH
"""Events that one update reads at most, so that a page that is far behind still answers."""
SEED = 0


class Monitor:
    """Watches one package through one store.

    What was taken in is kept in a file beside the store, under a lock: several monitors of one package (a page, a
    command) share it, and none counts an event twice. Whatever the sizes of the updates, the state is the same.

    Args:
        watched: The package.
        store: The telemetry.
        pace: How time is cut for charts.
        clock: Seconds since the epoch.
    """

    def __init__(
        self, watched: WatchedPackage, store: Store, pace: Pace | None = None, clock: Callable[[], float] = time.time
    ) -> None:
        self._watched, self._store, self._clock = watched, store, clock
        self._pace = pace or Pace()
        self._file = progress_file(store.path, watched.version)

    def update(self, events: int = AT_ONCE) -> MonitorState:
        """Read what is new, and return how everything stands.

        Args:
            events: How many are read at most; `behind` tells how many are left.

        Returns:
            The state.

        Raises:
            StorageError: The store or the progress cannot be read, or the progress cannot be written; then nothing of
                this update counts.
        """
        with alone(self._file):
            known = read_progress(self._file)
            progress, drift = self._taken_up(known)
            for _ in range(-(-events // BATCH)):
                batch = self._store.events_after(progress.place, min(BATCH, events))
                progress = self._step(progress, batch, drift)
                if len(batch.events) < BATCH:
                    break
            progress = progress.with_drift(drift.save())
            if progress != known:
                write_progress(self._file, progress)
        return self._state(progress, drift)

    def acknowledge(self, key: str) -> MonitorState:
        """Mark an alarm as seen: it stays known, and is on no longer.

        Args:
            key: Of the alarm, or `all`.

        Returns:
            The state after that.

        Raises:
            InputError: There is no such alarm.
        """
        with alone(self._file):
            progress, drift = self._taken_up(read_progress(self._file))
            keys = [alarm.key for alarm in progress.alarms]
            if key not in {"all", *keys}:
                raise InputError(f"there is no alarm {key!r}. {nearest(key, ['all', *keys])}")
            seen = {"acknowledged": self._clock()}
            alarms = tuple(
                alarm.model_copy(update=seen) if key in {"all", alarm.key} and alarm.acknowledged is None else alarm
                for alarm in progress.alarms
            )
            progress = progress.model_copy(update={"alarms": alarms})
            write_progress(self._file, progress)
        return self._state(progress, drift)

    def _taken_up(self, known: Progress | None) -> tuple[Progress, DriftMonitor]:
        reference = self._watched.reference
        if known is None:
            return begun(self._watched, self._store.name()), DriftMonitor(reference, SEED)
        if known.store != self._store.name():
            raise StorageError(
                f"{self._file} is about an earlier telemetry that was in this place; delete it to begin the watch anew"
            )
        if len(known.triggers) != len(self._watched.decision.revisit_when):
            raise StorageError(f"{self._file} belongs to another decision; delete it to begin the watch anew")
        if not known.drift:
            return known, DriftMonitor(reference, SEED)
        return known, DriftMonitor.load(known.drift_saved, reference)

    def _step(self, progress: Progress, batch: Batch, drift: DriftMonitor) -> Progress:
        """Take in a batch and the labels that are there: the events first, as a label follows its answer."""
        progress, news = with_batch(progress, batch, self._watched, drift, self._pace)
        progress, waited = with_verdicts(
            progress, judged_at(self._store, progress.tally.waiting), self._watched, self._pace
        )
        verdicts = [waited]
        while judged := judged_after(self._store, progress.tally.place, BATCH):
            progress, said = with_verdicts(progress, judged, self._watched, self._pace)
            verdicts.append(said)
        return with_news(progress, _with(news, verdicts, progress.tally.of(self._watched.version)[0]), self._watched)

    def _state(self, progress: Progress, drift: DriftMonitor) -> MonitorState:
        watched, losses = self._watched, self._store.losses()
        return MonitorState(
            name=watched.name,
            version=watched.version,
            decided=watched.decision.chosen or "none",
            time=self._clock(),
            seconds=self._pace.seconds,
            latest=progress.latest,
            events=progress.events,
            behind=self._store.last_place() - progress.place,
            counts=progress.counts,
            windows=progress.windows,
            drift=drift.state(),
            unreadable=progress.unreadable,
            accuracy=told(progress.tally, watched.version, watched.decision, watched.reference),
            triggers=progress.triggers,
            lost=sum(loss.lost for loss in losses),
            runs=sum(loss.lost > 0 for loss in losses),
            alarms=progress.alarms,
            latency_limit=_latency_limit(watched.decision),
        )


def _latency_limit(decision: Decision) -> float | None:
    found = (one.bound for one in decision.revisit_when if one.quality == "latency.p99" and one.relation == "<=")
    return next(found, None)


def _with(news: News, verdicts: Sequence[Verdicts], labelled: int) -> News:
    right = [one for said in verdicts for one in said.right]
    times = [one for said in verdicts for one in said.times]
    latest = max([news.time, *times])
    return news._replace(
        time=latest, right=np.array(right, np.bool_), right_times=np.array(times, np.float64), labelled=labelled
    )
