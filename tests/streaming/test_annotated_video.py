"""The file that is drawn, read back by the decoder of the data sets."""

import av
import numpy as np
import pytest

from netwright.data.video_facts import read_facts
from netwright.data.video_frames import video_frames
from netwright.records.errors import InputError
from netwright.records.live import ClassProbability, Latency, LiveUpdate, Losses
from netwright.streaming.annotated_video import AnnotatedVideo
from netwright.streaming.session import Seen
from netwright.streaming.sources.frame import Frame, picture_of


def update(*probabilities):
    top = tuple(ClassProbability(name=f"class {index}", probability=p) for index, p in enumerate(probabilities))
    latency = Latency(p50=0.01, p95=0.02, n=1)
    return LiveUpdate(video="a", time=1.0, frame=9, rate=10.0, top=top, latency=latency, losses=Losses())


def frame(time, part=0, shape=(240, 320)):
    return Frame(picture_of(np.full((*shape, 3), 90, np.uint8)), time, 0.0, f"video {part}", part)


def drawn_on(pixels):
    """Return whether bars are in a frame."""
    return bool(((pixels[..., 2] > 200) & (pixels[..., 0] < 100)).any())


def test_the_file_holds_every_frame_at_its_time(tmp_path):
    path = tmp_path / "seen.mp4"
    times = [0.0, 0.1, 0.2, 0.5, 0.6]
    with AnnotatedVideo(path, 10.0) as video:
        for index, time in enumerate(times):
            video.add(Seen(frame(time), update(0.9) if index == 2 else None))
        video.add(Seen(None, update(0.9)))
    written = list(video_frames(path))
    assert [seconds for _, seconds in written] == pytest.approx(times, abs=1e-3)
    # the prediction is drawn from the moment it was made, and stays
    assert [drawn_on(pixels) for pixels, _ in written] == [False, False, True, True, True]
    assert (read_facts(path).height, read_facts(path).width) == (240, 320)


def test_videos_follow_each_other_without_each_others_predictions(tmp_path):
    path = tmp_path / "seen.mkv"
    with AnnotatedVideo(path, 10.0) as video:
        video.add(Seen(frame(0.0), update(0.9)))
        video.add(Seen(frame(0.1), None))
        video.add(Seen(frame(0.0, part=1, shape=(240, 480)), None))
        # a live source that came back: its time went on
        video.add(Seen(frame(5.0, part=2), None))
    written = list(video_frames(path))
    assert [seconds for _, seconds in written] == pytest.approx([0.0, 0.1, 0.2, 5.2], abs=2e-3)
    assert [drawn_on(pixels) for pixels, _ in written] == [True, True, False, False]
    # wider than the first: fitted into it, above and below is black
    assert written[2].pixels[:20].max() < 20
    assert written[2].pixels[120].min() > 60


def test_without_x264_another_encoder_writes(tmp_path, monkeypatch):
    monkeypatch.setattr(av, "codecs_available", {"mpeg4"})
    with AnnotatedVideo(tmp_path / "seen.mp4") as video:
        for index in range(3):
            video.add(Seen(frame(index / 30), None))
    assert read_facts(tmp_path / "seen.mp4").frames == 3


def test_nothing_is_written_where_nothing_came(tmp_path):
    with AnnotatedVideo(tmp_path / "seen.mp4"):
        pass
    assert not (tmp_path / "seen.mp4").exists()


@pytest.mark.parametrize(
    ("place", "told"), [("seen.gif", "let it end in one of .mp4"), ("nowhere/seen.mp4", "there is no folder")]
)
def test_places_that_cannot_be_written_are_refused(tmp_path, place, told):
    with pytest.raises(InputError, match=told.replace(".", r"\.")):
        AnnotatedVideo(tmp_path / place)
