"""The rules of handing out jobs, on slots that say what the test wants, without Ray."""

from types import SimpleNamespace

import pytest

from netwright.machine.isolation import Ended, Note
from netwright.records.errors import InputError, StorageError
from netwright.records.scenario import Limits
from netwright.records.trial import Outcome
from netwright.studies.cluster.crew import Post
from netwright.studies.cluster.dispatch import MOST_LOSSES, Dispatch
from netwright.studies.cluster.messages import About, Carried, Order, Said


class ActorLost(Exception):  # noqa: N818
    pass


class TaskFailed(Exception):  # noqa: N818
    def __init__(self, cause):
        self.cause = cause


class Unheard(Exception):  # noqa: N818
    pass


class FakeCrew:
    """Hands out slots whose answers stand in a script: slot after slot, answer after answer."""

    def __init__(self, *scripts):
        self._scripts = iter(scripts)
        self.begun = []
        self.dismissed = 0
        errors = SimpleNamespace(
            RayTaskError=TaskFailed, RayActorError=ActorLost, ActorUnschedulableError=Unheard, ObjectLostError=Unheard
        )
        self.ray = SimpleNamespace(exceptions=errors, get=self._get, wait=lambda refs, **_: (refs[:1], refs[1:]))

    def hire(self):
        answers = iter(next(self._scripts))

        class Answer:
            """One reference, compared by identity."""

            def __init__(self):
                self.value = next(answers)

        def begin(order, contents, files):
            self.begun.append((order, files))
            return Answer()

        actor = SimpleNamespace(begin=SimpleNamespace(remote=begin), hear=SimpleNamespace(remote=Answer))
        return Post(actor, Answer())

    def welcome(self, post, about):
        post.about, post.answer = about, None

    def contents(self, order):
        return {}

    def dismiss(self, post):
        self.dismissed += 1

    def let_go(self, posts):
        self.dismissed += len(posts)

    @staticmethod
    def _get(answer):
        if isinstance(answer.value, Exception):
            raise answer.value
        return answer.value


READY = About("node", "host", "1")
LOST = ActorLost("its node has died\nmore")


def note(job, text):
    return Said((Note(job, text),))


def end(job, *earlier):
    return Said((*earlier, Ended(job, Outcome.OK, "", "", "{}", 1.0, 1.0, 1.0)))


def order(name, folder="", seconds=600.0):
    return Order(name, "module:function", "{}", Limits(time=seconds), str(folder))


def run(crew, *orders, count=1):
    waiting = iter(orders)
    return list(Dispatch(crew, crew.hire, count, lambda: next(waiting, None), lambda: None).run())


def told(events):
    return [event.text if isinstance(event, Note) else f"{event.job} {event.outcome.value}" for event in events]


def test_one_slot_takes_job_after_job():
    crew = FakeCrew([READY, note("a", "1"), end("a"), end("b", Note("b", "2"))])
    assert told(run(crew, order("a"), order("b"))) == ["1", "a ok", "2", "b ok"]


def test_no_job_no_event():
    assert run(FakeCrew([READY])) == []


def test_a_lost_job_goes_to_a_new_slot_and_says_nothing_twice():
    crew = FakeCrew(
        [READY, note("a", "1"), note("a", "2"), LOST],
        [READY, note("a", "1"), note("a", "2 again"), note("a", "3"), end("a")],
    )
    events = run(crew, order("a"))
    assert told(events) == ["1", "2", "3", "a ok"]
    assert events[-1].moved == ("host was lost: its node has died",)


def test_a_job_lost_at_the_end_of_all_goes_to_the_slot_that_is_free():
    crew = FakeCrew([READY, note("a", "1"), LOST], [READY, end("b"), end("a")], [READY])
    assert sorted(told(run(crew, order("a"), order("b"), count=2))) == ["1", "a ok", "b ok"]


def test_what_came_back_is_there_for_the_next_beginning_and_before_the_note(tmp_path):
    seen = []

    def look():
        seen.append((tmp_path / "a" / "state").exists())

    state = Said((Note("a", "1"),), (Carried("state", b"half", 5),))
    crew = FakeCrew([READY, state, LOST], [READY, end("a")])
    waiting = iter([order("a", tmp_path / "a")])
    for event in Dispatch(crew, crew.hire, 1, lambda: next(waiting, None), look).run():
        assert (tmp_path / "a" / "state").read_bytes() == b"half", event
    (_, first), (_, second) = crew.begun
    assert first == ()
    assert second == (Carried("state", b"half", 5),)
    assert not seen[0]


def test_the_time_limit_is_over_all_beginnings(monkeypatch):
    from netwright.studies.cluster import dispatch

    clock = iter(range(0, 10_000, 10))
    monkeypatch.setattr(dispatch.time, "monotonic", lambda: float(next(clock)))
    crew = FakeCrew([READY, note("a", "1"), LOST], [READY, end("a")])
    run(crew, order("a", seconds=100.0))
    first, second = (begun.limits.time for begun, _ in crew.begun)
    assert first == 100.0
    assert 1.0 <= second < 100.0


def test_a_job_that_loses_every_slot_is_taken_for_the_cause():
    crew = FakeCrew(*[[READY, LOST]] * MOST_LOSSES, [READY, end("b")])
    events = run(crew, order("a"), order("b"))
    assert told(events) == ["a crashed", "b ok"]
    assert events[0].detail.startswith(f"lost its node {MOST_LOSSES} times")
    assert events[0].error == ""


def test_slots_that_never_start_are_told_with_the_reason():
    broken = ActorLost("The actor died\nModuleNotFoundError: No module named 'netwright'")
    with pytest.raises(InputError, match=r"No module named 'netwright'; install netwright .* on every node"):
        run(FakeCrew(*[[broken]] * MOST_LOSSES), order("a"))


def test_what_a_slot_raises_is_raised_here():
    with pytest.raises(StorageError, match="full"):
        run(FakeCrew([READY, TaskFailed(StorageError("the disk of host is full"))]), order("a"))


def test_an_ending_may_bring_a_job_back():
    crew = FakeCrew([READY, end("a"), end("a")])
    waiting, events = [order("a")], []
    dispatch = Dispatch(crew, crew.hire, 1, lambda: waiting.pop() if waiting else None, lambda: None)
    for event in dispatch.run():
        events.append(event)
        if len(events) == 1:
            waiting.append(order("a"))
    assert told(events) == ["a ok", "a ok"]


def test_a_cluster_that_gives_no_slot_is_told(monkeypatch):
    from netwright.studies.cluster import dispatch

    clock = iter(range(0, 10_000, 50))
    monkeypatch.setattr(dispatch.time, "monotonic", lambda: float(next(clock)))
    crew = FakeCrew([READY])
    crew.ray.wait = lambda refs, **_: ([], refs)
    with pytest.raises(InputError, match=r"gave no slot within \d+ s: its CPUs are taken"):
        run(crew, order("a"))


def test_closing_lets_every_slot_go():
    crew = FakeCrew([READY, end("a")], [READY])
    dispatch = Dispatch(crew, crew.hire, 2, iter([order("a"), None, None]).__next__, lambda: None)
    list(dispatch.run())
    dispatch.close()
    assert crew.dismissed == 2
