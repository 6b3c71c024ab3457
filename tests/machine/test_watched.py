import os
from multiprocessing import active_children, connection

import pytest

from netwright.machine.fork_server import start_server
from netwright.machine.jobs import Ended, Job, Note, echo
from netwright.machine.watched import Watched
from netwright.records.errors import InputError
from netwright.records.scenario import Limits
from netwright.records.trial import Outcome


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
