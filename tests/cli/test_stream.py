"""`netwright stream` as a user meets it: a stored network, small files, and every way to ask wrongly."""

import json

import av
import numpy as np
import pytest
import torch
import typer
from typer.testing import CliRunner

from netwright.cli.stream import stream as command
from netwright.data.frame_form import CentreSquare
from netwright.data.video_facts import read_facts
from netwright.data.video_frames import video_frames
from netwright.models.build import build
from netwright.models.stored import load_stored, save_stored
from netwright.records.candidate import Candidate
from netwright.records.errors import DataError, InputError
from netwright.records.live import LiveSummary, LiveUpdate
from netwright.records.streaming import StreamMemory
from netwright.streaming import clip_stream
from netwright.streaming.stored_session import stored_streamer
from netwright.streaming.streamer import stream
from netwright.streaming.tally import Tally

CLASSES = ("wave", "nod", "jump", "sit", "run", "walk")
SIDE, FRAMES = 16, 20


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    folder = tmp_path_factory.mktemp("stored") / "model"
    candidate = Candidate(name="small", model="resnet3d", options={"depth": 18, "width": 0.125})
    torch.manual_seed(0)
    network = build(candidate, (3, 16, SIDE, SIDE), len(CLASSES)).eval()
    save_stored(folder, candidate, (3, 16, SIDE, SIDE), CLASSES, network)
    return folder


@pytest.fixture(autouse=True, scope="module")
def _converted_once():
    """A stream holds no state, so all commands share one conversion a mode and head."""
    made = {}

    def remembered(model, example, mode, head):
        key = (len(list(model.parameters())), mode, repr(head))
        if key not in made:
            made[key] = stream(model, example, mode, head)
        return made[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clip_stream, "stream", remembered)
        yield


@pytest.fixture
def video(tmp_path):
    return write(tmp_path / "a.avi", FRAMES)


def write(path, count):
    random = np.random.default_rng(0)
    with av.open(str(path), "w") as container:
        out = container.add_stream("mjpeg", rate=10)
        out.height, out.width, out.pix_fmt = 40, 60, "yuvj444p"
        for index in range(count):
            picture = av.VideoFrame.from_ndarray(random.integers(0, 256, (40, 60, 3), dtype=np.uint8), format="rgb24")
            picture.pts = index
            container.mux(out.encode(picture))
        container.mux(out.encode(None))
    return path


def run(*arguments):
    app = typer.Typer()
    app.command()(command)
    return CliRunner().invoke(app, list(map(str, arguments)))


def records(done):
    assert done.exit_code == 0, done.exception
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_the_last_of_the_running_predictions_is_that_of_the_offline_run(model, video):
    memory, *updates, summary = records(run(model, video, "--json", "--top", 6))
    stored = load_stored(model)
    streamer = stored_streamer(stored)
    assert StreamMemory.model_validate(memory["memory"]) == streamer.memory()
    clip = torch.from_numpy(np.stack([pixels for pixels, _ in video_frames(video, CentreSquare(SIDE))]))
    offline = streamer.offline(clip.permute(3, 0, 1, 2)[None])[0].softmax(0)
    last = LiveUpdate.model_validate(updates[-1]["update"])
    found = {guess.name: guess.probability for guess in last.top}
    assert [found[name] for name in CLASSES] == pytest.approx(offline.tolist(), abs=1e-5)
    told = LiveSummary.model_validate(summary["summary"])
    assert (told.frames, told.losses.dropped, told.last[-1]) == (FRAMES, 0, last)


def test_plain_lines_tell_memory_predictions_and_summary(model, video):
    done = run(model, video, "--top", 2, "--chunk", 4)
    assert done.exit_code == 0, done.exception
    first, *lines, last = done.stdout.splitlines()
    assert first.startswith(f"{video}: the state takes ")
    assert lines
    assert all(line.startswith("a.avi ") and line.count("%") == 2 and "latency p50" in line for line in lines)
    assert last.startswith(f"{video}: ended after {FRAMES} frames")


def test_frames_end_the_stream_early_and_a_stride_skips_some(model, video):
    *_, summary = records(run(model, video, "--json", "--frames", 17))
    assert (summary["summary"]["frames"], summary["summary"]["ended"]) == (17, "enough frames")
    *_, update, _ = records(run(model, write(video, 40), "--json", "--stride", 2))
    assert update["update"]["frame"] <= 20


@pytest.mark.parametrize("head", ["window:1", "exponential:2", "reset:1"])
def test_every_head_gives_predictions(model, video, head):
    *_, summary = records(run(model, video, "--json", "--head", head))
    assert summary["summary"]["predictions"] >= 1


def test_delayed_predictions_come_with_the_end_of_the_video(model, video):
    *_, summary = records(run(model, video, "--json", "--mode", "delayed", "--top", 1))
    whole = load_stored(model).model
    clip = torch.from_numpy(np.stack([pixels for pixels, _ in video_frames(video, CentreSquare(SIDE))]))
    with torch.no_grad():
        expected = whole(clip.permute(3, 0, 1, 2)[None])[0].softmax(0)
    (guess,) = summary["summary"]["last"][0]["top"]
    assert guess["name"] == CLASSES[int(expected.argmax())]
    assert guess["probability"] == pytest.approx(expected.max().item(), abs=1e-5)


def test_memory_is_told_without_a_source(model):
    done = run(model, "--memory")
    assert done.exit_code == 0
    assert done.stdout.splitlines()[0].split() == ["operation", "kept", "for", "shape", "memory"]
    assert StreamMemory.from_json(run(model, "--memory", "--json").stdout).total > 0


def test_what_was_seen_is_drawn(model, video, tmp_path):
    out = tmp_path / "seen.mp4"
    done = run(model, video, "--draw", out)
    assert done.stdout.splitlines()[-1] == f"written: {out}"
    facts = read_facts(out)
    assert (facts.frames, facts.height, facts.width) == (FRAMES, 240, 360)


def test_ctrl_c_ends_with_a_summary_and_a_video_that_plays(model, video, tmp_path, monkeypatch):
    counted = Tally.add

    def interrupted(self, seen, now):
        counted(self, seen, now)
        if self.frames == 18:
            raise KeyboardInterrupt

    monkeypatch.setattr(Tally, "add", interrupted)
    done = run(model, video, "--draw", tmp_path / "seen.mp4")
    assert done.exit_code == 0, done.exception
    assert f"{video}: stopped after 18 frames" in done.stdout
    assert read_facts(tmp_path / "seen.mp4").frames == 17


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "name a source to watch"),
        (("nowhere.avi",), "there is no nowhere.avi"),
        (("gopher://host/a",), "found the scheme gopher"),
        (("http://127.0.0.1:1/a",), "http://127.0.0.1:1/a: it cannot be read"),
        (("a.avi", "--head", "windw:3"), "there is no head"),
        (("a.avi", "--mode", "late"), "there is no mode 'late'"),
        (("a.avi", "--draw", "seen.gif"), "let it end in one of"),
        (("a.mp4", "--draw", "a.mp4"), "is what is watched"),
    ],
)
def test_wrong_asking_says_what_to_do(model, arguments, told):
    done = run(model, *arguments)
    assert isinstance(done.exception, InputError)
    assert told in str(done.exception)


def test_videos_that_say_nothing_are_errors(model, tmp_path):
    for content, told in ((b"", "it is empty"), (b"noise" * 50, "cannot be opened as a video")):
        (tmp_path / "b.avi").write_bytes(content)
        done = run(model, tmp_path / "b.avi")
        assert isinstance(done.exception, DataError)
        assert told in str(done.exception)
    done = run(model, write(tmp_path / "one.avi", 1))
    assert "gave 1 frames and no prediction: the first one of this network comes after" in str(done.exception)


def test_a_model_of_pictures_is_no_model_of_clips(tmp_path, video):
    candidate = Candidate(name="still", model="resnet", options={"depth": 8, "width": 0.25})
    save_stored(tmp_path / "m", candidate, (3, 8, 8), ("a", "b"), build(candidate, (3, 8, 8), 2))
    done = run(tmp_path / "m", video)
    assert isinstance(done.exception, InputError)
    assert "the model still takes inputs of shape (3, 8, 8)" in str(done.exception)
