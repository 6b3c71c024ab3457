"""Stretches of time of equal length, and what happened in each: kept for the last ones only."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import floor, isfinite

from netwright.monitoring.event import Event
from netwright.monitoring.latency_bins import binned, joined
from netwright.records.monitor import Count, Window

OK = 200


@dataclass(frozen=True)
class Pace:
    """How time is cut.

    Args:
        seconds: Length of a window.
        keep: Windows that are kept, of those in which something happened.
    """

    seconds: float = 60.0
    keep: int = 120

    def start(self, time: float) -> float:
        """Return where the window begins that holds a moment."""
        return floor(time / self.seconds) * self.seconds


def counted(before: Sequence[Count], events: Iterable[Event]) -> tuple[Count, ...]:
    """Return counts by version, model, route and status with more events added.

    Args:
        before: Counts so far.
        events: More.

    Returns:
        The counts, sorted.
    """
    found = Counter({(one.version, one.model, one.route, one.status): one.n for one in before})
    found.update((event.version, event.model, event.route, event.status) for event in events)
    return tuple(
        Count(version=version, model=model, route=route, status=status, n=n)
        for (version, model, route, status), n in sorted(found.items())
    )


def with_events(windows: Sequence[Window], events: Iterable[Event], pace: Pace) -> tuple[Window, ...]:
    """Return windows with more events added; events older than the kept windows are left out.

    Args:
        windows: Ascending.
        events: In any order.
        pace: How time is cut.

    Returns:
        The last windows.
    """
    by_start: defaultdict[float, list[Event]] = defaultdict(list)
    for event in events:
        if not isfinite(event.time):
            continue
        by_start[pace.start(event.time)].append(event)
    known = {window.start: window for window in windows}
    for start, some in by_start.items():
        old = known.get(start, Window(start=start))
        # what shadows answered nobody waited for; refusals have a latency, but no answer
        waited = binned(event.latency for event in some if event.status == OK and event.route != "shadow")
        changed = {"counts": counted(old.counts, some), "latencies": joined(old.latencies, waited)}
        known[start] = old.model_copy(update=changed)
    return tuple(known[start] for start in sorted(known)[-pace.keep :])


def with_labels(windows: Sequence[Window], judged: Iterable[tuple[float, int, int]], pace: Pace) -> tuple[Window, ...]:
    """Return windows with answers that were judged since; those of windows that are gone are left out.

    Args:
        windows: Ascending.
        judged: Time of the answer, change of the labelled, change of the right.
        pace: How time is cut.

    Returns:
        As many windows.
    """
    labelled: Counter[float] = Counter()
    right: Counter[float] = Counter()
    for time, more, more_right in judged:
        labelled[pace.start(time)] += more
        right[pace.start(time)] += more_right
    return tuple(
        window.model_copy(
            update={"labelled": window.labelled + labelled[window.start], "right": window.right + right[window.start]}
        )
        for window in windows
    )
