"""Live sources against a fake camera whose every frame, stall and return is scripted; the clock is the test's own."""

from dataclasses import dataclass, field
from threading import Event, Semaphore, Thread

import numpy as np
import pytest

from netwright.records.errors import DataError
from netwright.records.live import Losses
from netwright.streaming.sources.backoff import Backoff
from netwright.streaming.sources.connection import LostError
from netwright.streaming.sources.frame import picture_of
from netwright.streaming.sources.live import LiveSource, connect

WAIT = 20
"""Seconds after which a test that hangs gives up."""


class FakeClock:
    """Goes on only by waiting, and when it is told to."""

    def __init__(self):
        self.seconds = 100.0
        self.waits = []

    def now(self):
        return self.seconds

    def wait(self, ended, seconds):
        self.waits.append(seconds)
        self.seconds += seconds
        return ended.is_set()


@dataclass
class FakeConnection:
    """Runs a script: a number is a frame of that time, an exception is raised, a function is called."""

    script: list
    rate: float = 25.0
    damaged: int = 0
    ends: bool = False
    closed: bool = False

    def __iter__(self):
        for step in self.script:
            if isinstance(step, Exception):
                raise step
            if callable(step):
                step()
            else:
                yield picture_of(np.full((2, 2, 3), 1, np.uint8)), step

    def close(self):
        self.closed = True


@dataclass
class FakeOpener:
    """Gives one scripted connection after the other; an exception in their place is raised."""

    connections: list
    over: Event = field(default_factory=Event)
    name: str = "camera 9"
    asked: int = 0

    def open(self):
        self.asked += 1
        if not self.connections:
            self.over.wait(WAIT)
            raise LostError("the script is over")
        step = self.connections.pop(0)
        if isinstance(step, Exception):
            raise step
        return step


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def over():
    """Set when the test is over: what hangs until then goes on."""
    return Event()


@pytest.fixture
def hold(over):
    """A step of a script that hangs until the test is over."""
    return lambda: over.wait(WAIT)


@pytest.fixture
def live(clock, over):
    """Make a live source of connections; it is closed after the test, and its thread is gone."""
    made = []

    def make(*connections, backoff=None):
        opener = FakeOpener(list(connections), over)
        made.append(LiveSource(opener, connect(opener), backoff, clock))
        return made[-1]

    yield make
    over.set()
    for source in made:
        source.close()
        assert not source._thread.is_alive()


def lockstep():
    """Return a step that waits until the test took the frame before."""
    taken = Semaphore(0)
    return (lambda: taken.acquire(timeout=WAIT)), taken


def test_the_newest_frame_wins_and_the_others_are_counted(live, hold):
    came = Event()
    source = live(FakeConnection([0.0, 0.1, 0.2, 0.3, came.set, hold]))
    assert came.wait(WAIT)
    frames = iter(source)
    assert next(frames).time == pytest.approx(0.3)
    assert source.losses() == Losses(dropped=3)
    assert (source.live, source.rate, source.name) == (True, 25.0, "camera 9")


def test_no_frame_is_given_twice_and_none_taken_in_time_is_dropped(live, hold):
    step, taken = lockstep()
    source = live(FakeConnection([0.0, step, 0.5, step, 1.0, hold]))
    times = []
    for frame in source:
        times.append(frame.time)
        if len(times) == 3:
            break
        taken.release()
    assert times == [0.0, 0.5, 1.0]
    assert source.losses() == Losses()


@pytest.mark.parametrize("end", [[LostError("it gave nothing for 10 s")], []], ids=["stalled", "vanished"])
def test_a_lost_source_is_connected_again_and_its_time_goes_on(live, hold, clock, end):
    step, taken = lockstep()
    first = FakeConnection([50.0, step, *end])
    gone = [LostError("no route to host")] * 3
    source = live(first, *gone, FakeConnection([7.0, step, 7.5, hold]))
    frames = iter(source)
    before = next(frames)
    taken.release()
    after = next(frames)
    taken.release()
    later = next(frames)
    assert clock.waits == [0.5, 1.0, 2.0, 4.0]
    assert first.closed
    assert [(frame.time, frame.part) for frame in (before, after, later)] == [(0.0, 0), (7.5, 1), (8.0, 1)]
    assert source.losses() == Losses(reconnects=1)


def test_the_waits_grow_until_a_frame_comes_and_then_start_anew(live, hold, clock):
    came = Event()
    silent = LostError("it gave nothing for 10 s")
    source = live(
        FakeConnection([0.0]),
        FakeConnection([silent]),
        FakeConnection([silent]),
        FakeConnection([0.0, silent]),
        FakeConnection([0.0, came.set, hold]),
    )
    assert came.wait(WAIT)
    assert clock.waits == [0.5, 1.0, 2.0, 0.5]
    assert source.losses().reconnects == 4


def test_a_source_that_does_not_come_back_is_given_up_after_its_attempts(live):
    gone = [LostError("no route to host")] * 2
    source = live(FakeConnection([0.0]), *gone, backoff=Backoff(attempts=2))
    with pytest.raises(DataError, match=r"camera 9 was lost \(no route to host\) and did not come back in 2 attempts"):
        list(source)


def test_a_source_that_never_gave_a_frame_is_no_gap(live, clock):
    source = live(FakeConnection([LostError("it gave nothing for 10 s")]))
    with pytest.raises(DataError, match="camera 9: it gave nothing for 10 s, and it never gave a frame"):
        list(source)
    assert clock.waits == []


def test_a_wrong_address_is_told_at_once():
    with pytest.raises(DataError, match="camera 9: no route to host; check that it is there"):
        connect(FakeOpener([LostError("no route to host")]))


def test_damaged_frames_count_as_dropped_over_all_connections(live, hold):
    came = Event()
    source = live(FakeConnection([0.0], damaged=2), FakeConnection([0.0, came.set, hold], damaged=3))
    assert came.wait(WAIT)
    next(iter(source))
    # 2 + 3 damaged, and nobody took the first one's frame
    assert source.losses() == Losses(dropped=6, reconnects=1)


def test_frames_without_times_go_by_the_clock(live, hold, clock):
    step, taken = lockstep()
    source = live(FakeConnection([None, step, None, hold]))
    frames = iter(source)
    first = next(frames)
    clock.seconds += 3.0
    taken.release()
    second = next(frames)
    assert (first.time, second.time) == (0.0, 3.0)
    assert second.arrived == 103.0


def test_closing_wakes_who_waits_and_lets_go_of_the_source(clock, hold, over):
    connection = FakeConnection([0.0, hold, 1.0, 2.0])
    opener = FakeOpener([connection])
    source = LiveSource(opener, connect(opener), clock=clock)
    frames, ended = iter(source), []
    next(frames)
    waiting = Thread(target=lambda: ended.append(next(frames, None)))
    waiting.start()
    closing = Thread(target=source.close)
    closing.start()
    waiting.join(WAIT)
    over.set()
    closing.join(WAIT)
    assert ended == [None]
    assert connection.closed
    assert not source._thread.is_alive()
    source.close()
    assert clock.waits == []


def test_closing_ends_a_wait_for_the_next_attempt():
    opener = FakeOpener([FakeConnection([0.0])])
    # the real clock: the wait of an hour must end at once
    source = LiveSource(opener, connect(opener), Backoff(first=3600, most=3600))
    next(iter(source))
    source.close()
    assert not source._thread.is_alive()
    assert opener.asked == 1


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_an_error_nobody_foresaw_reaches_who_waits(live):
    source = live(FakeConnection([0.0, ZeroDivisionError("a fault of the decoder")]))
    with pytest.raises(ZeroDivisionError, match="a fault of the decoder"):
        list(source)
