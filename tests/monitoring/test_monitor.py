"""The monitor, on a store that fills while it looks."""

import json
import threading

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netwright.monitoring.event import Event, Label
from netwright.monitoring.intake import WatchedPackage
from netwright.monitoring.monitor import Monitor
from netwright.monitoring.progress import progress_file
from netwright.monitoring.store import Store
from netwright.records.errors import InputError, StorageError

VERSION = "v1"


def traffic(n, seed=0, shift=0.0, start=0.0, right=0.95, latency=0.002):
    """Return n answers, one a second, with their labels a minute later."""
    rng = np.random.default_rng(seed)
    numbers = rng.normal(0.5 + shift, 0.5, (n, 2)).astype("<f4")
    truths = rng.integers(0, 2, n)
    good = rng.random(n) < right
    events = [
        Event(
            f"{seed}/{i}", start + i, VERSION, "mlp", "main", 200, int(truths[i] if good[i] else 1 - truths[i]), 0.9,
            latency, numbers[i].tobytes(),
        )
        for i in range(n)
    ]  # fmt: skip
    return events, [Label(event.id, int(truth), event.time + 60) for event, truth in zip(events, truths, strict=True)]


@pytest.fixture
def watched(decision, reference):
    return WatchedPackage("garments", VERSION, decision, reference, hardware="2 cores")


@pytest.fixture
def store(tmp_path):
    with Store(tmp_path / "t.db") as store:
        yield store


def monitor(watched, store):
    return Monitor(watched, store, clock=lambda: 1e6)


def standings(state):
    return [trigger.standing for trigger in state.triggers]


def test_nothing_is_known_of_an_empty_store(watched, store):
    state = monitor(watched, store).update()
    assert (state.events, state.behind, state.latest, state.alarms) == (0, 0, None, ())
    assert standings(state) == ["watching"] * 4 + ["holds", "cannot be watched"]
    assert json.loads(state.to_json())["name"] == "garments"
    assert "no labels" in str(state)


def test_quiet_traffic_holds(watched, store):
    store.append(*traffic(900))
    state = monitor(watched, store).update()
    assert (state.events, state.behind, state.drift.rows) == (900, 0, 900)
    assert state.alarms == ()
    assert standings(state) == ["holds", "holds", "watching", "holds", "holds", "cannot be watched"]
    assert state.accuracy.low < 0.95 < state.accuracy.high
    assert state.accuracy.labelled == state.accuracy.answered == 900
    assert sum(window.events for window in state.windows) == 900
    assert sum(window.labelled for window in state.windows) == 900


def test_each_thing_that_goes_wrong_raises_its_alarm(watched, store):
    store.append(*traffic(400))
    store.append(*traffic(800, seed=1, shift=1.5, start=400, right=0.5, latency=0.05))
    state = monitor(watched, store).update()
    keys = {alarm.key for alarm in state.on}
    assert {"drift:brightness", "drift:confidence", "condition:1", "condition:2", "condition:3"} == keys
    times = {alarm.key: alarm.time for alarm in state.alarms}
    assert 400 < times["drift:brightness"] < 600
    assert 400 < times["condition:2"] < 420
    assert 460 < times["condition:1"] < 620
    assert state.triggers[3].standing == "fired"
    assert all("run" in alarm.reason for alarm in state.alarms)


def test_a_restart_forgets_nothing_and_counts_nothing_twice(watched, store):
    events, labels = traffic(300)
    store.append(events, labels[:100])
    first = monitor(watched, store).update()
    assert monitor(watched, store).update() == first
    store.append([], labels[100:])
    again = monitor(watched, store).update()
    assert again.events == 300
    assert again.accuracy.labelled == 300
    assert again.drift == first.drift


@settings(max_examples=8)
@given(st.lists(st.integers(1, 250), min_size=1, max_size=6), st.booleans())
def test_however_often_one_looks_the_state_is_the_same(tmp_path_factory, request, sizes, restarted):
    watched = _made_up(request)
    events, labels = traffic(300, shift=1.0, right=0.7)
    folder = tmp_path_factory.mktemp("looks")
    with Store(folder / "once.db") as once, Store(folder / "often.db") as often:
        once.append(events, labels)
        whole = monitor(watched, once).update()
        place, watch = 0, monitor(watched, often)
        for size in [*sizes, 300]:
            part = slice(place, place + size)
            often.append(events[part], labels[part])
            watch = monitor(watched, often) if restarted else watch
            state = watch.update()
            place += size
    assert _rounded(state) == _rounded(whole)


def _made_up(request):
    return WatchedPackage(
        "garments", VERSION, request.getfixturevalue("decision"), request.getfixturevalue("reference")
    )


def _rounded(state):
    """Return what a state says, but for the last digits of sums, and the moment at which samples were counted."""
    told = json.loads(state.to_json())
    for trigger in told["triggers"]:
        if trigger["evidence"]:
            for part in ("capital", "largest"):
                trigger["evidence"][part] = np.round(np.array(trigger["evidence"][part], float), 6).tolist()
        trigger["since"] = trigger["since"] if trigger["evidence"] else None
    for name in ("confidence", "confidence_labelled"):
        told["accuracy"][name] = round(told["accuracy"][name], 9)
    return told


def test_a_page_that_is_far_behind_says_so(watched, store):
    store.append(*traffic(500))
    watch = monitor(watched, store)
    assert [(state.events, state.behind) for state in (watch.update(200), watch.update(200), watch.update(200))] == [
        (200, 300), (400, 100), (500, 0)
    ]  # fmt: skip


def test_two_monitors_share_what_they_know(watched, store):
    store.append(*traffic(200))
    states, watches = [], [monitor(watched, store) for _ in range(4)]
    threads = [threading.Thread(target=lambda one=one: states.append(one.update())) for one in watches]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [state.events for state in states] == [200] * 4
    assert all(state.accuracy == states[0].accuracy for state in states)


def test_an_alarm_that_was_seen_stays_known_and_is_off(watched, store):
    store.append(*traffic(600, shift=1.5))
    watch = monitor(watched, store)
    assert len(watch.update().on) == 2
    assert [alarm.key for alarm in watch.acknowledge("drift:brightness").on] == ["drift:confidence"]
    assert watch.acknowledge("all").on == ()
    state = monitor(watched, store).update()
    assert {alarm.key: alarm.acknowledged for alarm in state.alarms} == {
        "drift:brightness": 1e6, "drift:confidence": 1e6
    }  # fmt: skip
    with pytest.raises(InputError, match="Did you mean drift:brightness"):
        watch.acknowledge("drift:brightnes")


def test_what_is_not_of_this_package_is_only_counted(watched, store):
    events, labels = traffic(100, shift=3.0)
    others = [event._replace(version="v2") for event in events]
    shadows = [event._replace(route="shadow") for event in events]
    refused = [event._replace(status=429, predicted=-1) for event in events]
    store.append([*others, *shadows, *refused], labels)
    state = monitor(watched, store).update()
    assert (state.events, state.drift.rows, state.accuracy.answered, state.alarms) == (300, 0, 0, ())
    assert {(one.version, one.route, one.status): one.n for one in state.counts} == {
        ("v2", "main", 200): 100, (VERSION, "shadow", 200): 100, (VERSION, "main", 429): 100
    }  # fmt: skip


def test_numbers_that_do_not_fit_are_counted_and_do_no_harm(watched, store):
    (event, *_), _ = traffic(1)
    odd = [b"\0", b"\0" * 12, b"", np.array([np.inf, np.nan], "<f4").tobytes()]
    store.append([event._replace(features=given) for given in odd])
    state = monitor(watched, store).update()
    assert (state.unreadable, state.drift.rows) == (2, 1)


def test_losses_are_told(watched, store):
    store.begin("a")
    store.settle("a", 7)
    state = monitor(watched, store).update()
    assert (state.lost, state.runs) == (7, 1)


@pytest.mark.parametrize("content", [b"", b"{}x", b'{"format": "other"}', b"\xff\xfe"])
def test_a_damaged_progress_is_told_and_left_as_it_is(watched, store, content):
    path = progress_file(store.path, VERSION)
    path.write_bytes(content)
    with pytest.raises(StorageError, match="delete it to begin the watch anew"):
        monitor(watched, store).update()
    assert path.read_bytes() == content


def test_a_progress_of_another_decision_is_told(watched, store, decision):
    monitor(watched, store).update()
    other = WatchedPackage("garments", VERSION, decision.model_copy(update={"revisit_when": ()}), watched.reference)
    with pytest.raises(StorageError, match="another decision"):
        Monitor(other, store).update()


def test_a_telemetry_that_was_replaced_is_told(watched, tmp_path):
    for n in (30, 50):
        (tmp_path / "t.db").unlink(missing_ok=True)
        with Store(tmp_path / "t.db") as store:
            store.append(*traffic(n))
            if n == 30:
                assert monitor(watched, store).update().events == 30
                continue
            with pytest.raises(StorageError, match="about an earlier telemetry"):
                monitor(watched, store).update()


def test_another_package_on_the_same_store_begins_at_the_beginning(watched, store):
    store.append(*traffic(50))
    assert monitor(watched, store).update().accuracy.answered == 50
    other = WatchedPackage("garments", "v2", watched.decision, watched.reference)
    state = Monitor(other, store).update()
    assert (state.events, state.accuracy.answered) == (50, 0)


def test_reading_alone_is_enough(watched, tmp_path):
    with Store(tmp_path / "t.db") as store:
        store.append(*traffic(20))
    with Store.to_read(tmp_path / "t.db") as store:
        assert monitor(watched, store).update().events == 20


def test_a_folder_that_cannot_be_written_is_told(watched, tmp_path, monkeypatch):
    with Store(tmp_path / "t.db") as store:
        watch = monitor(watched, store)
        progress_file(store.path, VERSION).with_name(f"t.db.monitor-{VERSION}.json.lock").mkdir()
        with pytest.raises(StorageError, match="keeps its progress beside the telemetry"):
            watch.update()
