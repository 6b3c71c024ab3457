import subprocess
import sys
import threading

import numpy as np
import pytest

from netwright.monitoring.event import Label
from netwright.monitoring.store import Store
from netwright.records.errors import RequestError
from netwright.serving.settings import Settings
from netwright.serving.telemetry import recorder as module
from netwright.serving.telemetry.recorder import Recorder
from netwright.serving.telemetry.split import Split
from netwright.serving.telemetry.unrecorded import Unrecorded

NEVER = 3600.0
"""A flush interval after which no test waits: what is stored before was woken, or the end."""


@pytest.fixture
def own(store):
    """The store that a recorder writes to and closes; `store` reads what is there after that."""
    return Store(store.path)


@pytest.fixture
def written(own):
    """Is set as soon as something was stored."""
    event = threading.Event()
    append = own.append
    own.append = lambda *args, **options: (append(*args, **options), event.set())
    return event


@pytest.fixture
def recorder(own, given):
    one = Recorder(own, Settings(flush=NEVER), given.maker)
    yield one
    one.close()


def test_what_is_recorded_is_stored_in_order_at_the_end(recorder, given, rows):
    recorder.start()
    for i in range(100):
        recorder.record(given.served(f"r{i}", logits=[(0.0, 1.0)] * (1 + i % 2)))
    recorder.record(given.served("refused", status=429))
    recorder.close()
    names = [f"r{i}" if i % 2 == 0 else (f"r{i}/0", f"r{i}/1") for i in range(100)]
    flat = [name for one in names for name in ([one] if isinstance(one, str) else one)]
    assert [row[0] for row in rows()] == [*flat, "refused"]
    assert recorder.counts()[:5] == (151, 151, 0, 0, 0)


def test_it_is_stored_each_flush_interval(own, given, rows, written):
    recorder = Recorder(own, Settings(flush=0.001), given.maker)
    recorder.start()
    recorder.record(given.served("r"))
    assert written.wait(30)
    assert [row[0] for row in rows()] == ["r"]
    recorder.close()


def test_nothing_of_the_account_stays_after_a_clean_end(recorder, given, store):
    recorder.start()
    recorder.record(given.served())
    recorder.close()
    assert not list(store.path.parent.glob("*.count-*"))
    assert store.losses() == ()


def test_closing_twice_or_without_a_start_is_no_fault(own, store, given):
    recorder = Recorder(own, Settings(), given.maker)
    recorder.close()
    recorder.close()
    assert not list(store.path.parent.glob("*.count-*"))


def test_what_has_no_room_is_dropped_counted_and_told(recorder, given, store, monkeypatch, rows):
    monkeypatch.setattr(module, "MOST_WAITING", 3)
    for i in range(5):
        recorder.record(given.served(f"r{i}"))
    assert recorder.counts().dropped == 2
    recorder.start()
    recorder.close()
    assert [row[0] for row in rows()] == ["r0", "r1", "r2"]
    assert [(one.accepted, one.lost) for one in store.losses()] == [(5, 2)]


def test_many_bytes_wait_without_their_inputs(recorder, given, monkeypatch, rows):
    monkeypatch.setattr(module, "MOST_BYTES", 1000)
    for i in range(5):
        recorder.record(given.served(f"r{i}", inputs=np.zeros((1, 150), np.float32)))
    assert recorder.counts().bare == 3
    recorder.start()
    recorder.close()
    assert [len(row[5]) for row in rows()] == [8, 8, 0, 0, 0]


def test_bytes_that_were_stored_make_room(recorder, given, monkeypatch, written):
    monkeypatch.setattr(module, "MOST_BYTES", 1000)
    recorder.start()
    for i in range(10):
        # 600 of 1000 bytes: the thread is woken each time, and one more would be bare if these still counted
        recorder.record(given.served(f"r{i}", inputs=np.zeros((1, 150), np.float32)))
        assert written.wait(30)
        written.clear()
    assert recorder.counts().bare == 0


def test_a_crowd_wakes_the_thread_before_its_time(recorder, given, written, monkeypatch):
    monkeypatch.setattr(module, "MOST_WAITING", 8)
    recorder.start()
    for i in range(5):
        recorder.record(given.served(f"r{i}"))
    assert written.wait(30)


def test_the_sample_follows_from_the_id(own, store, given, rows):
    recorder = Recorder(own, Settings(flush=NEVER, sampled=0.3), given.maker)
    recorder.start()
    names = [f"r{i}" for i in range(300)]
    for name in names:
        recorder.record(given.served(name))
    recorder.close()
    assert [row[0] for row in rows()] == list(filter(Split("telemetry", 0.3).takes, names))
    assert store.losses() == ()


def test_labels_are_stored_at_once(recorder, store, written):
    recorder.start()
    assert recorder.label([Label("a", 1, 2.0), Label("b", 0, 2.0, "outcome")]) == 2
    assert written.wait(30)
    assert store.read("SELECT id, label, source FROM labels") == [("a", 1, "person"), ("b", 0, "outcome")]


def test_more_labels_than_can_wait_are_not_taken(recorder, monkeypatch):
    monkeypatch.setattr(module, "MOST_WAITING", 3)
    assert recorder.label([Label(name, 0, 1.0) for name in "abcde"]) == 3
    assert recorder.label([Label("f", 0, 1.0)]) == 0


def test_without_telemetry_labels_are_refused(given):
    unrecorded = Unrecorded()
    unrecorded.start()
    unrecorded.record(given.served())
    assert unrecorded.label([]) == 0
    with pytest.raises(RequestError, match="keeps no telemetry") as caught:
        unrecorded.label([Label("a", 1, 2.0)])
    assert caught.value.status == 503
    assert set(unrecorded.counts()) == {0}
    unrecorded.close()


KILLED = """
import os, signal, sys
from pathlib import Path
import numpy as np
from netwright.monitoring.store import Store
from netwright.serving.engine import Answers
from netwright.serving.settings import Settings
from netwright.serving.telemetry.events import EventMaker
from netwright.serving.telemetry.recorder import Recorder
from netwright.serving.telemetry.served import Served

store = Store(Path(sys.argv[1]))
class Telling:
    path = store.path
    def __getattr__(self, name): return getattr(store, name)
    def append(self, events, labels=(), *, boot=None):
        store.append(events, labels, boot=boot)
        print(len(events), flush=True)
maker = EventMaker(lambda inputs, answers: np.zeros((len(inputs), 1)), lambda tensors, i: b"", 0.0)
recorder = Recorder(Telling(), Settings(flush=float(sys.argv[3])), maker)
recorder.start()
for i in range(int(sys.argv[2])):
    recorder.record(Served(f"r{i}", 1.0, "v", "m", "main", 200, 0.1, Answers(np.zeros((1, 2), np.float32))))
print("recorded", flush=True)
signal.pause()
"""


@pytest.mark.parametrize("flush", [0.001, NEVER])
def test_after_a_kill_the_next_start_says_what_was_lost(tmp_path, given, flush):
    path, n = tmp_path / "t.db", 500
    with subprocess.Popen(
        [sys.executable, "-c", KILLED, str(path), str(n), str(flush)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        while process.stdout.readline().strip() != "recorded":
            pass
        process.kill()
    with Store(path) as store:
        kept = store.read("SELECT count(*) FROM events")[0][0]
        recorder = Recorder(Store(path), Settings(flush=NEVER), given.maker)
        recorder.start()
        recorder.close()
        assert recorder.counts().lost == n - kept
        assert kept == 0 if flush == NEVER else kept <= n
        assert [(one.accepted, one.lost) for one in store.losses()] == [(n, n - kept)]


LIMITED = """
import resource, sys, signal
from pathlib import Path
import numpy as np
from netwright.monitoring.store import Store
from netwright.serving.engine import Answers
from netwright.serving.telemetry.events import EventMaker
from netwright.serving.telemetry.served import Served
from netwright.serving.telemetry.writer import Writer

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
store = Store(Path(sys.argv[1]))
maker = EventMaker(lambda inputs, answers: np.zeros((len(inputs), 300)), lambda tensors, i: b"", 0.0)
writer = Writer(store, "boot")
def some(name, n):
    answers, inputs = Answers(np.zeros((n, 2), np.float32)), np.zeros((n, 1), np.float32)
    return maker.events([Served(name, 1.0, "v", "m", "main", 200, 0.1, answers, inputs)])
writer.take(some("before", 5)); print(writer.write())
soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, hard))
writer.take(some("during", 500)); print(writer.write(), writer.pending)
resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
writer.take(some("after", 5)); print(writer.write(), writer.stored, store.stored("boot"))
"""


def test_a_file_that_may_not_grow_is_a_full_disk(tmp_path):
    # the kernel refuses what is beyond the limit, as a disk does that is full
    told = subprocess.run(
        [sys.executable, "-c", LIMITED, str(tmp_path / "t.db")], capture_output=True, text=True, check=True
    )
    assert told.stdout.split("\n")[:3] == ["True", "False 500", "True 510 510"]
    assert "the telemetry cannot be stored, the service goes on without" in told.stderr
