"""Stored models of images, texts and videos, evaluated; and what does not go together."""

import pytest
import torch

from netwright.data.videos import make_video_dataset
from netwright.machine.progress import Silent
from netwright.models.build import build
from netwright.models.stored import save_stored
from netwright.models.text.classifier import TextClassifier
from netwright.records.candidate import Candidate
from netwright.records.errors import CandidateError, InputError
from netwright.studies import evaluate_run
from netwright.studies.evaluate_run import EvaluateSetting, evaluate

MLP = Candidate(name="small", model="mlp", options={"hidden": [8]})
DIGITS = tuple("0123456789")


@pytest.fixture
def digits(tmp_path):
    torch.manual_seed(0)
    model = build(MLP, (1, 8, 8), 10)
    save_stored(tmp_path / "digits", MLP, (1, 8, 8), DIGITS, model, "digits")
    return str(tmp_path / "digits")


def run(model, data=None, **more):
    return evaluate(EvaluateSetting(model, data, **more), Silent())


def test_a_model_of_images_on_what_it_was_trained_on(digits):
    record = run(digits)
    assert (record.title, record.model, record.data, record.whole.samples) == ("small", "mlp", "digits", "images")
    assert record.whole.top1.n == 500
    assert record.parameters == 64 * 8 + 8 + 80 + 10
    assert record == run(digits, "digits")


def test_classes_in_another_order_are_put_right(digits, tmp_path):
    model = build(MLP, (1, 8, 8), 10)
    model.load_state_dict(build_state(digits))
    order = [3, 1, 4, 0, 5, 9, 2, 6, 8, 7]
    with torch.no_grad():
        model[-1].weight.copy_(model[-1].weight[order])
        model[-1].bias.copy_(model[-1].bias[order])
    save_stored(tmp_path / "turned", MLP, (1, 8, 8), [DIGITS[place] for place in order], model, "digits")
    assert run(str(tmp_path / "turned")).whole == run(digits).whole


def build_state(folder):
    from netwright.models.stored import load_stored

    return load_stored(folder).model.state_dict()


def videos(classes=("a", "b"), frames=32):
    labels = torch.arange(4) % len(classes)
    clips = torch.arange(4 * 3 * frames * 32 * 32).reshape(4, 3, frames, 32, 32).to(torch.uint8)
    return make_video_dataset("toy", (clips, labels), (clips, labels), classes)


def test_a_model_of_videos_on_longer_ones_than_it_was_trained_on(tmp_path, monkeypatch):
    candidate = Candidate(name="causal", model="causal-shufflenet", options={"width": 0.25})
    save_stored(tmp_path / "v", candidate, (3, 16, 32, 32), ("a", "b"), build(candidate, (3, 16, 32, 32), 2))
    monkeypatch.setattr(evaluate_run, "load", lambda name: videos())
    record = run(str(tmp_path / "v"), "toy")
    assert (record.whole.top1.n, record.clips.top1.n, record.whole.samples) == (4, 8, "videos")
    with pytest.raises(InputError, match="does not say what it was trained on; name the data"):
        run(str(tmp_path / "v"))
    monkeypatch.setattr(evaluate_run, "load", lambda name: videos(("a", "c")))
    with pytest.raises(InputError, match="tells 2 classes apart, and toy has 2; only one of them has b, c;"):
        run(str(tmp_path / "v"), "toy")


def test_a_model_that_reads_whole_videos_refuses_longer_ones(tmp_path, monkeypatch):
    candidate = Candidate(name="r", model="mobilenet3d", options={"width": 0.1})
    save_stored(tmp_path / "v", candidate, (3, 16, 32, 32), ("a", "b"), build(candidate, (3, 16, 32, 32), 2))
    monkeypatch.setattr(evaluate_run, "load", lambda name: videos())
    with pytest.raises(InputError, match=r"reads inputs of shape \(3, 16, 32, 32\), and those of toy are \(3, 32"):
        run(str(tmp_path / "v"), "toy")


def test_a_folder_of_transformers_is_read_with_its_tokenizer(tmp_path, monkeypatch):
    (tmp_path / "config.json").write_text('{"model_type": "bert"}')
    asked = []

    class Network(torch.nn.Linear):
        pass

    monkeypatch.setattr(evaluate_run, "read_checkpoint", lambda folder: asked.append(folder) or (Network(2, 2), None))
    subject = evaluate_run._stored(EvaluateSetting(str(tmp_path), "digits"))
    assert isinstance(subject.evaluated.model, TextClassifier)
    assert (asked, subject.evaluated.kind, subject.data) == ([tmp_path], "Network", "digits")


def test_what_cannot_be_evaluated_is_named(digits, tmp_path):
    with pytest.raises(InputError, match="there is no model 'nowhere'"):
        run("nowhere")
    with pytest.raises(InputError, match="is no study, but candidate 'a' was named"):
        run(digits, candidate="a")
    own = MLP.model_copy(update={"model": "somebody.elses:net"})
    save_stored(tmp_path / "own", own, (1, 8, 8), DIGITS, build(MLP, (1, 8, 8), 10), "digits")
    with pytest.raises(CandidateError, match=r"somebody\.elses:net, which is code outside netwright"):
        run(str(tmp_path / "own"))
