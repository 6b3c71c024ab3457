from netwright.records.live import ClassProbability, Latency, LiveUpdate, Losses
from netwright.streaming import tally
from netwright.streaming.session import Seen
from netwright.streaming.tally import Tally


class Quiet:
    """A source that gave nothing."""

    name = "a.avi"

    def losses(self):
        return Losses()


class Moment:
    """A frame without a picture."""

    def __init__(self, arrived):
        self.arrived = arrived


def update(video):
    facts = {"video": video, "time": 0.0, "frame": 1, "rate": 10.0, "losses": Losses()}
    top = (ClassProbability(name="wave", probability=0.5),)
    return LiveUpdate(**facts, top=top, latency=Latency(p50=0.01, p95=0.02, n=1))


def test_frames_predictions_and_seconds_from_the_first_arrival():
    counted = Tally(Quiet())
    for now, seen in enumerate(
        (Seen(Moment(10.0), None), Seen(Moment(11.0), update("a")), Seen(None, update("a"))), 12
    ):
        counted.add(seen, float(now))
    summary = counted.summary("ended")
    assert (counted.frames, summary.frames, summary.predictions, summary.seconds) == (2, 2, 2, 4.0)


def test_nothing_is_counted_of_nothing():
    summary = Tally(Quiet()).summary("stopped")
    assert (summary.frames, summary.seconds, summary.last, summary.latency) == (0, 0.0, (), None)


def test_the_last_predictions_of_many_videos_are_bounded(monkeypatch):
    monkeypatch.setattr(tally, "VIDEOS", 2)
    counted = Tally(Quiet())
    for video in ("a", "b", "a", "c"):
        counted.add(Seen(Moment(0.0), update(video)), 1.0)
    assert [one.video for one in counted.summary("ended").last] == ["a", "c"]
