"""A whole stream as it is told: to the end, to a limit, to Ctrl-C, to an error."""

import io
import json

import pytest

from netwright.records.errors import DataError
from netwright.records.live import ClassProbability, Latency, LiveSummary, LiveUpdate, Losses
from netwright.records.streaming import StreamMemory
from netwright.streaming.session import Seen
from netwright.streaming.ticker import JsonTicker, LineTicker
from netwright.streaming.watch import watch

MEMORY = StreamMemory(kept=(), batch=1, first=2, latency=0)


class Moment:
    """A frame without a picture."""

    def __init__(self, index, video="a.avi"):
        self.time, self.arrived, self.video, self.part = index / 10, index / 10, video, 0


def update(index, video="a.avi"):
    top = (ClassProbability(name="wave [left]", probability=0.5 + index / 100),)
    latency = Latency(p50=0.01, p95=0.02, n=1)
    facts = {"video": video, "time": index / 10, "frame": index + 1, "rate": 10.0}
    return LiveUpdate(**facts, top=top, latency=latency, losses=Losses())


class Scripted:
    """A session and a source at once: gives what it was made of; an exception is raised."""

    name = "a.avi"

    def __init__(self, *steps, broken=()):
        self.steps, self.broken = steps, broken
        self.seconds = 0.0
        self.clock = self

    def now(self):
        self.seconds += 1.0
        return self.seconds

    def run(self, source):
        for step in self.steps:
            if isinstance(step, BaseException):
                raise step
            yield step

    def losses(self):
        return Losses(broken=self.broken)


def seen(*indices):
    return [Seen(Moment(index), update(index) if index else None) for index in indices]


def told(script, most=None, others=()):
    lines = io.StringIO()
    summary = watch(script, script, MEMORY, JsonTicker(lines), others, most)
    return summary, [json.loads(line) for line in lines.getvalue().splitlines()]


def test_everything_is_told_in_order_and_the_memory_first():
    others = []
    summary, lines = told(Scripted(*seen(0, 1, 2), Seen(None, update(3))), others=[others.append])
    assert [list(line) for line in lines] == [["memory"], *[["update"]] * 3, ["summary"]]
    assert LiveUpdate.model_validate(lines[1]["update"]) == update(1)
    assert LiveSummary.model_validate(lines[-1]["summary"]) == summary
    assert (summary.frames, summary.predictions, summary.ended, summary.seconds) == (3, 3, "ended", 4.0)
    assert (summary.last, len(others)) == ((update(3),), 4)


def test_it_ends_after_enough_frames():
    summary, _ = told(Scripted(*seen(0, 1, 2, 3)), most=2)
    assert (summary.frames, summary.predictions, summary.ended) == (2, 1, "enough frames")


def test_ctrl_c_ends_it_with_a_summary():
    summary, lines = told(Scripted(*seen(0, 1), KeyboardInterrupt()))
    assert (summary.frames, summary.ended) == (2, "stopped")
    assert "summary" in lines[-1]


def test_an_error_leaves_with_what_was_seen_before_it_told():
    lines = io.StringIO()
    script = Scripted(*seen(0, 1), DataError("a.avi: it is cut short"))
    with pytest.raises(DataError, match="it is cut short"):
        watch(script, script, MEMORY, LineTicker(lines))
    assert "a.avi: broke off after 2 frames, 1 prediction" in lines.getvalue()


def test_an_error_before_the_first_frame_stands_alone():
    lines = io.StringIO()
    script = Scripted(DataError("a.avi: it is empty"))
    with pytest.raises(DataError, match="it is empty"):
        watch(script, script, MEMORY, LineTicker(lines))
    assert len(lines.getvalue().splitlines()) == 1


def test_a_video_too_short_for_a_prediction_is_an_error_that_says_how_long_it_must_be():
    with pytest.raises(DataError, match="gave 1 frames and no prediction: the first one of this network comes after 2"):
        told(Scripted(*seen(0)))
    summary, _ = told(Scripted(*seen(0)), most=1)
    assert summary.predictions == 0


def test_broken_files_are_listed_at_the_end():
    lines = io.StringIO()
    script = Scripted(*seen(0, 1), broken=("b.avi: it is empty",))
    watch(script, script, MEMORY, LineTicker(lines))
    assert lines.getvalue().splitlines()[-2:] == [
        "left aside: b.avi: it is empty",
        "a.avi: ended after 2 frames, 1 prediction | 1.0 frames/s, latency p50 10 ms, p95 20 ms, 0 dropped, "
        "1 broken file",
    ]
