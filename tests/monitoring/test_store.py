"""The store: what goes in comes out, nothing changes, and whatever goes wrong is told."""

import math
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netwright.monitoring.event import Event, Label
from netwright.monitoring.store import Store, telemetry_of
from netwright.records.errors import StorageError


def event(name="r", **given):
    usual = {"time": 1.0, "version": "1", "model": "mlp", "route": "main", "status": 200, "predicted": 0}
    return Event(name, **{**usual, "confidence": 0.5, "latency": 0.001, **given})


@pytest.fixture
def store(tmp_path):
    with Store(tmp_path / "telemetry.db") as store:
        yield store


texts = st.text(st.characters(exclude_categories=("Cs",)), max_size=20)
events = st.builds(
    Event,
    id=texts, time=st.floats(0, 2e9), version=texts, model=texts,
    route=st.sampled_from(["main", "canary", "shadow", "fallback", "constant"]),
    status=st.integers(100, 599), predicted=st.integers(-1, 1000), confidence=st.floats(), latency=st.floats(0),
    features=st.binary(max_size=20), sample=st.just(b""),
)  # fmt: skip


@settings(max_examples=30)
@given(st.lists(st.lists(events, max_size=5), max_size=4), st.integers(1, 4))
def test_what_is_appended_is_read_back_in_order_in_batches_of_any_size(tmp_path_factory, flushes, limit):
    with Store(tmp_path_factory.mktemp("store") / "t.db") as store:
        for flush in flushes:
            store.append(flush)
        place, seen = 0, []
        while (batch := store.events_after(place, limit)).events:
            place = batch.last
            seen += batch.events
        assert repr(seen) == repr([one for flush in flushes for one in flush])
        assert batch.last == place == store.last_place()


def test_no_number_stays_no_number(store):
    store.append([event(confidence=math.nan, latency=math.nan)])
    kept = store.events_after(0, 1).events[0]
    assert math.isnan(kept.confidence)
    assert math.isnan(kept.latency)


def test_a_name_that_is_no_text_costs_nothing(store):
    store.append([event("half \ud800"), event("after")], [Label("half \ud800", 1, 2.0)])
    assert [one.id for one in store.events_after(0, 9).events] == ["half ?", "after"]


@pytest.mark.parametrize("table", ["events", "labels", "losses", "boots"])
@pytest.mark.parametrize("deed", ["UPDATE {} SET rowid = 99", "DELETE FROM {}"])
def test_what_is_stored_cannot_be_changed(store, table, deed):
    store.begin("a")
    store.append([event()], [Label("r", 0, 2.0)], boot="a")
    store.settle("a", 1)
    with sqlite3.connect(store.path) as other, pytest.raises(sqlite3.IntegrityError, match="append-only"):
        other.execute(deed.format(table))
    other.close()
    assert store.read(f"SELECT count(*) FROM {table}") == [(1,)]


def test_the_lost_are_what_was_accepted_and_is_not_here(store):
    assert store.begin("a") == 0
    store.append([event(), event()], boot="a")
    assert store.begin("a") == 2
    assert store.settle("a", 5) == 3
    assert [(loss.boot, loss.accepted, loss.stored, loss.lost) for loss in store.losses()] == [("a", 5, 2, 3)]
    store.settle("a", 9)
    assert len(store.losses()) == 1
    assert store.settle("never begun", 0) == 0


def test_a_flush_is_whole_or_not_at_all(store):
    with pytest.raises(StorageError, match="NOT NULL"):
        store.append([event("first"), event("broken", version=None)], [Label("first", 0, 1.0)])
    assert store.last_place() == 0
    store.append([event("again")])
    assert store.last_place() == 1


def test_a_full_disk_is_told_and_what_was_stored_stands(store):
    store.append([event("before")])
    store._connection.execute("PRAGMA max_page_count = 1")  # it becomes the size that the file has
    with pytest.raises(StorageError, match="full; free space on that disk"):
        store.append([event("too much", features=os.urandom(1_000_000))])
    store._connection.execute("PRAGMA max_page_count = 1000000")
    store.append([event("after")])
    assert [one.id for one in store.events_after(0, 9).events] == ["before", "after"]


@pytest.mark.parametrize(
    "content", [b"hello", b"SQLite format 3", b"SQLite format 3\0" + b"\x07" * 200, b"\0" * 5000, b"x" * 5000]
)
def test_another_file_is_refused_and_left_as_it_is(tmp_path, content):
    path = tmp_path / "notes.txt"
    path.write_bytes(content)
    for make in (Store, Store.to_read):
        with pytest.raises(StorageError, match=r"notes\.txt is no telemetry"):
            make(path)
    assert [one.name for one in tmp_path.iterdir()] == ["notes.txt"]
    assert path.read_bytes() == content


def test_another_sqlite_file_is_refused_and_left_as_it_is(tmp_path):
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE mine (x)")
    other.close()
    for make in (Store, Store.to_read):
        with pytest.raises(StorageError, match="no telemetry"):
            make(path)
    with sqlite3.connect(path) as other:
        assert other.execute("SELECT name FROM sqlite_master").fetchall() == [("mine",)]
    other.close()


def test_a_damaged_file_is_told(tmp_path):
    path = tmp_path / "t.db"
    with Store(path) as store:
        store.append([event(str(i), features=os.urandom(2000)) for i in range(200)])
    content = bytearray(path.read_bytes())
    content[4096 * 4 :] = random.Random(0).randbytes(len(content) - 4096 * 4)
    path.write_bytes(content)
    with Store.to_read(path) as store, pytest.raises(StorageError, match="damaged and was left as it is"):
        store.events_after(0, 1000)


def test_a_later_format_is_refused(tmp_path):
    path = tmp_path / "t.db"
    Store(path).close()
    with sqlite3.connect(path) as other:
        other.execute("UPDATE schema SET format = 2")
    other.close()
    with pytest.raises(StorageError, match="format 2"):
        Store(path)


def test_a_file_whose_making_was_killed_becomes_a_store(tmp_path):
    path = tmp_path / "t.db"
    path.touch()
    Store(path).close()
    half = tmp_path / "half.db"
    with sqlite3.connect(half) as other:
        other.execute("PRAGMA journal_mode = WAL")
    other.close()
    with Store(half) as store:
        store.append([event()])
        assert store.last_place() == 1


def test_reading_makes_nothing_and_writes_nothing(tmp_path):
    with pytest.raises(StorageError, match=r"no telemetry at .*missing\.db"):
        Store.to_read(tmp_path / "missing.db")
    with pytest.raises(StorageError, match="make its folder first"):
        Store(tmp_path / "no" / "folder.db")
    assert list(tmp_path.iterdir()) == []
    Store(tmp_path / "t.db").close()
    with Store.to_read(tmp_path / "t.db") as store, pytest.raises(StorageError, match="right to write"):
        store.append([event()])


def test_readers_see_whole_flushes_while_another_thread_writes(tmp_path):
    path, sizes, done = tmp_path / "t.db", set(), threading.Event()
    with Store(path) as store, Store.to_read(path) as reader:

        def read():
            while not done.is_set():
                sizes.add(reader.read("SELECT count(*) FROM events")[0][0])

        threads = [threading.Thread(target=read) for _ in range(3)]
        for thread in threads:
            thread.start()
        for flush in range(30):
            store.append([event(f"{flush}/{i}") for i in range(10)])
        done.set()
        for thread in threads:
            thread.join()
        assert store.last_place() == 300
    assert all(size % 10 == 0 for size in sizes)


def test_two_services_may_make_and_fill_one_store(tmp_path):
    path, faults = tmp_path / "t.db", []

    def work(name):
        try:
            with Store(path) as store:
                store.begin(name)
                for i in range(20):
                    store.append([event(f"{name}{i}")], boot=name)
        except StorageError as error:
            faults.append(error)

    threads = [threading.Thread(target=work, args=(name,)) for name in "abc"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with Store.to_read(path) as store:
        assert faults == []
        assert [store.stored(name) for name in "abc"] == [20, 20, 20]


_WRITER = """
import sys
from pathlib import Path
from netwright.monitoring.event import Event
from netwright.monitoring.store import Store
store, flush = Store(Path(sys.argv[1])), 0
store.begin("a")
while True:
    row = [Event(f"{flush}/{i}", 1.0, "1", "mlp", "main", 200, 0, 0.5, 0.001) for i in range(50)]
    store.append(row, boot="a")
    flush += 1
    print(flush, flush=True)
"""


def test_a_kill_loses_no_flush_that_was_told_as_stored(tmp_path):
    path = tmp_path / "t.db"
    writer = subprocess.Popen([sys.executable, "-c", _WRITER, str(path)], stdout=subprocess.PIPE, text=True)
    for line in writer.stdout:
        if int(line) == 20:
            break
    writer.send_signal(signal.SIGKILL)
    told = max([20, *(int(line) for line in writer.stdout if line.endswith("\n"))])
    writer.wait()
    writer.stdout.close()
    with Store(path) as store:
        assert store.stored("a") in {50 * told, 50 * (told + 1)}
        assert store.settle("a", 50 * told + 60) == 50 * told + 60 - store.stored("a")


def test_kept_samples_come_with_the_label_that_counts(store):
    told = [Label("a", 1, 2.0, "person"), Label("a", 2, 3.0), Label("a", 3, 4.0, "model"), Label("b", 4, 4.0, "model")]
    kept = [event("a", sample=b"A"), event("a", sample=b"A", route="shadow"), event("b", sample=b"B")]
    store.append([*kept, event("c", sample=b"C"), event("d")], [*told, Label("d", 1, 1.0)])
    found = [(one.id, one.sample, label.label, label.source) for one, label in store.samples()]
    assert found == [("a", b"A", 2, "person"), ("b", b"B", 4, "model")]


def test_more_samples_than_a_page_all_come(store):
    store.append([event(str(i), sample=b"x") for i in range(250)], [Label(str(i), 0, 1.0) for i in range(250)])
    assert [one.id for one, _ in store.samples()] == [str(i) for i in range(250)]


def test_the_telemetry_lies_beside_its_package(tmp_path):
    assert telemetry_of(tmp_path / "digits") == tmp_path / "digits.telemetry.sqlite"
    shutil.rmtree(tmp_path)
