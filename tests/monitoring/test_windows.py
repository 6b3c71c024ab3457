"""Windows against counting by hand, in any parts and any order."""

import random
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from netwright.monitoring.event import Event
from netwright.monitoring.windows import Pace, counted, with_events, with_labels
from netwright.records.monitor import Window

PACE = Pace(seconds=10, keep=3)


def event(time, route="main", status=200, latency=0.01):
    return Event("r", time, "1", "mlp", route, status, 0, 0.5, latency)


@given(st.lists(st.floats(0, 200)), st.integers(0, 100), st.randoms())
def test_the_parts_and_the_order_make_no_difference_while_all_are_kept(times, cut, rng):
    pace = Pace(seconds=10, keep=100)
    whole = with_events((), map(event, times), pace)
    shuffled = rng.sample(times, len(times))
    parts = with_events(with_events((), map(event, shuffled[:cut]), pace), map(event, shuffled[cut:]), pace)
    assert parts == whole
    assert {window.start: window.events for window in whole} == Counter(time // 10 * 10 for time in times)


def test_only_the_last_windows_are_kept():
    windows = with_events((), [event(time) for time in (5, 15, 25, 35, 36)], PACE)
    assert [(window.start, window.events) for window in windows] == [(10, 1), (20, 1), (30, 2)]
    assert with_events(windows, [event(3)], PACE) == windows


def test_latencies_are_those_that_somebody_waited_for_to_be_answered():
    events = [event(1), event(2, route="shadow"), event(3, status=429), event(4, latency=float("nan"))]
    (window,) = with_events((), events, PACE)
    assert sum(window.latencies.values()) == 1
    assert window.events == 4


def test_counts_are_by_version_model_route_and_status():
    events = [event(1), event(2), event(3, status=429), event(4, route="canary")]
    random.Random(0).shuffle(events)
    counts = counted(counted((), events[:2]), events[2:])
    assert [(one.route, one.status, one.n) for one in counts] == [
        ("canary", 200, 1), ("main", 200, 2), ("main", 429, 1)
    ]  # fmt: skip


def test_labels_go_to_the_window_of_their_answer():
    windows = (Window(start=10.0), Window(start=20.0, labelled=1, right=1))
    found = with_labels(windows, [(12, 1, 1), (19.9, 1, 0), (20, 0, -1), (999, 1, 1)], PACE)
    assert [(one.labelled, one.right) for one in found] == [(2, 1), (1, 0)]
