import multiprocessing
import os
from multiprocessing import active_children, connection

import pytest

from netwright.machine.fork_server import start_server
from netwright.machine.isolation import run_isolated
from netwright.machine.jobs import Ended, Job, Note, echo
from netwright.machine.watched import Watched
from netwright.records.errors import InputError
from netwright.records.scenario import Limits
from netwright.records.trial import Outcome

PRELOAD = ("torch",)
SMALL = 64 * 2**20


@pytest.fixture(autouse=True)
def server():
    start_server(("torch",))


def ending_of(watched):
    events = []
    while not (events and isinstance(events[-1], Ended)):
        connection.wait(watched.handles())
        events += watched.events()
    return events


def test_events_are_notes_and_then_one_ending():
    note, ended = ending_of(Watched(Job("a", echo, "1", Limits()), 1))
    assert note == Note("a", "1")
    assert (ended.outcome, ended.result) == (Outcome.OK, "1")
    assert active_children() == []


def test_killing_is_safe_at_any_time_and_leaves_no_process():
    watched = Watched(Job("a", echo, "1", Limits()), 1)
    watched.kill()
    watched.kill()
    assert active_children() == []
    ended = Watched(Job("a", echo, "1", Limits()), 1)
    ending_of(ended)
    ended.kill()


def test_no_file_stays_open():
    open_before = len(os.listdir("/proc/self/fd"))  # noqa: PTH208
    for _ in range(5):
        ending_of(Watched(Job("a", echo, "1", Limits()), 1))
    assert len(os.listdir("/proc/self/fd")) == open_before  # noqa: PTH208


def test_a_target_of_the_main_module_is_refused():
    def target(payload, tell):
        return payload

    target.__module__ = "__main__"
    with pytest.raises(InputError, match=r"target .* of __main__ cannot be found"):
        Watched(Job("a", target, "", Limits()), 1)
    assert active_children() == []


def test_a_study_that_looks_late_still_finds_what_ended_in_time(targets, monkeypatch):
    events = run_isolated([Job(str(i), targets.steps, "1", Limits(time=60)) for i in range(2)], 2, 1, PRELOAD)
    seen = [next(events)]
    for process in multiprocessing.active_children():
        process.join()
    monkeypatch.setattr("netwright.machine.watched.time.monotonic", lambda: 1e12)
    seen += events
    assert [event.outcome for event in seen if isinstance(event, Ended)] == [Outcome.OK] * 2


def test_peak_memory_is_that_of_the_job_alone(targets, run_one):
    block = 300 * 2**20
    first, second = (run_one(targets.own_peak, str(n))[1] for n in (block, 1))
    assert first.peak_memory >= float(first.result) >= block
    assert second.peak_memory < block


@pytest.mark.parametrize("name", ["allocate_tensor", "grow"])
def test_an_allocation_beyond_the_limit_fails_inside(targets, name, run_one):
    _, ended = run_one(getattr(targets, name), str(2**34), memory=SMALL)
    assert ended.outcome is Outcome.OUT_OF_MEMORY
    assert ended.error in {"MemoryError", "RuntimeError"}
    assert "targets.py:" in ended.detail
    assert ended.detail.endswith("the limit is 67.1 MB")
    assert ended.peak_memory < 2**30


def test_memory_that_escapes_the_limit_is_seen_from_outside(targets, run_one):
    _, ended = run_one(targets.grow_shared, memory=SMALL)
    assert ended.outcome is Outcome.OUT_OF_MEMORY
    assert ended.detail.startswith("used ")
    assert ended.detail.endswith("the limit is 67.1 MB")
    assert ended.peak_memory > SMALL


@pytest.mark.parametrize("name", ["spin", "hold_the_interpreter", "chatter"])
def test_a_job_that_takes_too_long_is_killed(targets, name, run_one):
    _, ended = run_one(getattr(targets, name), time=0.3)
    assert ended.outcome is Outcome.TIMEOUT
    assert ended.detail.endswith("the limit is 300 ms")
    assert 0.3 <= ended.seconds < 30
    assert ended.peak_memory > 0


def test_a_job_that_ended_after_its_limit_does_not_profit_from_a_study_that_looks_late(targets, run_one):
    # much less than any process takes, and a job that is over before the first look
    _, ended = run_one(targets.steps, "1", time=1e-6)
    assert ended.outcome is Outcome.TIMEOUT


@pytest.mark.parametrize(("name", "detail"), [("SIGSEGV", "SIGSEGV"), ("SIGKILL", "out-of-memory killer")])
def test_a_killed_process_is_a_crash_that_names_the_signal(targets, name, detail, run_one):
    notes, ended = run_one(targets.signal_itself, name)
    assert notes == ["before"]
    assert ended.outcome is Outcome.CRASHED
    assert ended.detail.startswith(f"killed by {name}")
    assert detail in ended.detail


def test_a_process_that_closes_its_pipe_and_goes_on_is_killed(targets, monkeypatch, run_one):
    monkeypatch.setattr("netwright.machine.watched._GRACE", 0.1)
    _, ended = run_one(targets.fall_silent)
    assert ended.outcome is Outcome.CRASHED
    assert ended.detail == "closed its connection to the study and went on"
