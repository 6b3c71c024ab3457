"""Sessions against a fake network whose answers are known, and against real ones and their offline runs."""

from concurrent.futures import ThreadPoolExecutor
from itertools import zip_longest

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from netwright.data.frame_form import AsShown, CentreSquare
from netwright.data.video_frames import video_frames
from netwright.records.errors import InputError, ModelError
from netwright.records.live import Losses
from netwright.streaming.session import Session
from netwright.streaming.sources.address import open_source
from netwright.streaming.sources.frame import Frame, picture_of
from netwright.streaming.streamer import stream

CLASSES = ("still", "wave", "nod")


class Counting:
    """Answers with logits that tell how many frames of this video it has seen, and their mean brightness."""

    def __init__(self, first=1):
        self.first = first
        self.chunks = []

    def step(self, chunk, state=None):
        self.chunks.append(chunk.shape[2])
        frames, total = state or (0, 0.0)
        frames, total = frames + chunk.shape[2], total + chunk.double().mean((0, 1, 3, 4)).sum().item()
        answer = torch.tensor([[0.0, frames / 100, total / frames]])
        return (answer if frames >= self.first else None), (frames, total)

    def flush(self, state):
        return None, state


class Late(Counting):
    """Answers only when the video has ended."""

    def step(self, chunk, state=None):
        return None, super().step(chunk, state)[1]

    def flush(self, state):
        return torch.tensor([[state[0] / 100, 0.0, 9.0]]), state


class Given:
    """A source of frames that are at hand."""

    rate, live, name = 10.0, False, "given"

    def __init__(self, frames):
        self.frames = frames

    def __iter__(self):
        return iter(self.frames)

    def losses(self):
        return Losses(dropped=3)

    def close(self):
        pass


class Ticking:
    """A clock that goes on by a second whenever it is looked at."""

    def __init__(self):
        self.seconds = 0.0

    def now(self):
        self.seconds += 1.0
        return self.seconds


def frames_of(levels, video="a", part=0):
    """Return one frame of 4x4 pixels a level of brightness."""
    pictures = [picture_of(np.full((4, 4, 3), level, np.uint8)) for level in levels]
    return [Frame(picture, index / 10, 0.0, video, part) for index, picture in enumerate(pictures)]


def session(streamer, **options):
    return Session(streamer, AsShown(), CLASSES, **options)


def updates(*arguments, **options):
    return [seen.update for seen in session(*arguments, **options).run(Given(frames_of(range(7)))) if seen.update]


def test_an_update_tells_time_frames_classes_latency_and_losses():
    told = updates(Counting(), top=2, clock=Ticking())
    assert [update.frame for update in told] == [1, 2, 3, 4, 5, 6, 7]
    last = told[-1]
    expected = torch.tensor([0.0, 0.07, 3.0]).softmax(0)
    assert [guess.name for guess in last.top] == ["nod", "wave"]
    assert [guess.probability for guess in last.top] == pytest.approx([expected[2].item(), expected[1].item()])
    assert (last.video, last.time, last.losses) == ("a", 0.6, Losses(dropped=3))
    # the clock is looked at twice a frame: when it is taken, and when its prediction is there
    assert last.rate == pytest.approx(0.5)
    assert (last.latency.p50, last.latency.p95, last.latency.n) == (8.0, 14.0, 7)
    assert told[0].rate is None


def test_nothing_is_told_before_the_first_answer():
    assert [update.frame for update in updates(Counting(first=5))] == [5, 6, 7]


def test_chunks_collect_frames_and_the_rest_comes_at_the_end():
    streamer = Counting()
    assert [update.frame for update in updates(streamer, chunk=3)] == [3, 6, 7]
    assert streamer.chunks == [3, 3, 1]


def test_a_stride_takes_some_frames_of_each_video():
    streamer = Counting()
    told = updates(streamer, stride=3)
    assert [update.time for update in told] == pytest.approx([0.0, 0.3, 0.6])
    assert sum(streamer.chunks) == 3


def test_what_the_end_of_a_video_adds_is_told():
    seen = list(session(Late()).run(Given(frames_of(range(4)))))
    assert [one.update is not None for one in seen] == [False] * 4 + [True]
    assert seen[-1].frame is None
    assert seen[-1].update.frame == 4


def test_every_video_of_a_source_starts_anew():
    frames = [*frames_of([10] * 3, "a", 0), *frames_of([50] * 2, "b", 1)]
    told = [seen.update for seen in session(Counting()).run(Given(frames))]
    assert [(update.video, update.frame) for update in told] == [("a", 1), ("a", 2), ("a", 3), ("b", 1), ("b", 2)]
    single = [seen.update for seen in session(Counting()).run(Given(frames_of([50] * 2, "b", 1)))]
    assert [update.top for update in told[3:]] == [update.top for update in single]


@pytest.mark.parametrize("wrong", ["top", "chunk", "stride"])
def test_counts_below_one_are_refused(wrong):
    with pytest.raises(InputError, match=f"{wrong}: found 0; give at least 1"):
        session(Counting(), **{wrong: 0})


def test_an_answer_that_is_not_one_logit_a_class_is_refused():
    with pytest.raises(ModelError, match=r"answered with \(1, 3\) for 2 classes"):
        next(Session(Counting(), AsShown(), ("a", "b")).run(Given(frames_of([1]))))


@pytest.fixture(scope="module")
def network():
    torch.manual_seed(0)
    layers = (nn.Conv3d(3, 4, 3, stride=(2, 1, 1), padding=1), nn.ReLU(), nn.AdaptiveAvgPool3d(1), nn.Flatten())
    return nn.Sequential(Bytes(), *layers, nn.Linear(4, 3)).eval()


class Bytes(nn.Module):
    def forward(self, clip):
        return clip.float() / 255


@pytest.fixture(scope="module")
def streamer(network):
    return stream(network, torch.zeros(1, 3, 8, 8, 8, dtype=torch.uint8))


def levels(seed, count=9):
    return np.random.default_rng(seed).integers(0, 256, (count, 8, 8, 3), dtype=np.uint8)


def source_of(pixels):
    return Given([Frame(picture_of(one), index / 10, 0.0, "a") for index, one in enumerate(pixels)])


def answers(run):
    return [tuple((guess.name, guess.probability) for guess in seen.update.top) for seen in run if seen and seen.update]


def test_live_predictions_equal_offline_ones(tmp_path, write_video, streamer):
    path = write_video(tmp_path / "a.avi", np.random.default_rng(3).integers(0, 256, (11, 20, 34, 3), dtype=np.uint8))
    form = CentreSquare(8)
    clip = torch.from_numpy(np.stack([pixels for pixels, _ in video_frames(path, form)])).permute(3, 0, 1, 2)[None]
    expected = streamer.offline(clip)[0].softmax(0)
    for chunk in (1, 4):
        run = Session(streamer, form, CLASSES, top=3, chunk=chunk).run(open_source(str(path)))
        found = dict(answers(run)[-1])
        assert [found[name] for name in CLASSES] == pytest.approx(expected.tolist(), abs=1e-6)


@settings(max_examples=10)
@given(st.lists(st.integers(1, 9), min_size=2, max_size=5), st.integers(1, 3))
def test_interleaved_runs_of_one_session_never_mix(streamer, counts, chunk):
    shared = Session(streamer, AsShown(), CLASSES, chunk=chunk)
    sources = [source_of(levels(seed, count)) for seed, count in enumerate(counts)]
    alone = [answers(Session(streamer, AsShown(), CLASSES, chunk=chunk).run(source)) for source in sources]
    together = zip(*zip_longest(*(shared.run(source) for source in sources)), strict=True)
    assert [answers(run) for run in together] == alone


def test_threads_that_share_a_session_never_mix(streamer):
    shared = Session(streamer, AsShown(), CLASSES)
    sources = [source_of(levels(seed)) for seed in range(8)]
    alone = [answers(shared.run(source)) for source in sources]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda source: answers(shared.run(source)), sources))
    assert together == alone
    assert len(set(map(tuple, alone))) == 8
