"""`netwright explain` as a user meets it: a stored network, a small video, and every way to ask wrongly."""

import numpy as np
import pytest
import torch
import typer
from typer.testing import CliRunner

from netwright.cli.explain import explain as command
from netwright.data.video_writer import encode_video
from netwright.models.build import build
from netwright.models.stored import save_stored
from netwright.records.candidate import Candidate
from netwright.records.errors import CandidateError, DataError, InputError, ModelError
from netwright.records.explanation import Explanation

CLASSES = ("wave", "nod", "jump")
SHAPE = (3, 8, 32, 32)


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A folder with a model and a video."""
    folder = tmp_path_factory.mktemp("home")
    candidate = Candidate(name="small", model="shufflenet3d", options={"width": 0.25})
    torch.manual_seed(0)
    save_stored(folder / "m", candidate, SHAPE, CLASSES, build(candidate, SHAPE, 3).eval())
    frames = np.random.default_rng(0).integers(0, 256, (12, 40, 32, 3), np.uint8)
    (folder / "a.avi").write_bytes(encode_video(frames, rate=10))
    return folder


def explain(*arguments):
    app = typer.Typer()
    app.command()(command)
    return CliRunner().invoke(app, list(map(str, arguments)))


def test_figures_on_the_terminal_a_page_and_a_picture(home, tmp_path):
    pictures = tmp_path / "pictures"
    done = explain(home / "m", home / "a.avi", "--report", tmp_path / "page.html", "--pictures", pictures)
    assert done.exit_code == 0, done.exception
    for text in (
        "a.avi: ",
        "probability",
        "share of heat",
        "drop when hidden",
        "1.10 s",
        "! the heat tells",
        "written:",
    ):
        assert text in done.stdout
    assert "Where and when" in (tmp_path / "page.html").read_text()
    assert sorted(path.name for path in pictures.iterdir()) == ["explanation.png", "explanation.svg"]


def test_the_record_as_json_of_a_named_class_and_layer(home):
    done = explain(home / "m", home / "a.avi", "--json", "--class", "jump", "--layer", "4", "--stride", "1")
    assert done.exit_code == 0, done.exception
    record = Explanation.from_json(done.stdout)
    assert (record.classes[record.label], record.source, record.title) == ("jump", "a.avi", "small")
    assert [layer.name for layer in record.layers] == ["4"]
    assert [round(frame.seconds, 3) for frame in record.frames] == [round((2 + t) / 10, 3) for t in range(8)]


def test_several_layers_may_be_named_with_commas_or_one_by_one(home):
    seen = [
        Explanation.from_json(explain(home / "m", home / "a.avi", "--json", *options).stdout)
        for options in (("--layer", "4,8"), ("--layer", "4", "--layer", "8"))
    ]
    assert seen[0] == seen[1]
    assert [layer.name for layer in seen[0].layers] == ["4", "8"]


@pytest.mark.parametrize(
    ("model", "source", "more", "kind", "told"),
    [
        ("nowhere", "a.avi", (), InputError, "has no config.json"),
        ("m", "b.avi", (), InputError, r"b\.avi does not exist"),
        ("m", "m", (), InputError, "m is no file"),
        ("m", "m/config.json", (), DataError, r"config\.json"),
        ("m", "a.avi", ("--class", "wav"), InputError, "no class 'wav'. Did you mean wave"),
        ("m", "a.avi", ("--layer", "4.expandd"), ModelError, "no layer '4.expandd'"),
        ("m", "a.avi", ("--report", "/no/such/folder/p.html"), InputError, "no folder /no/such/folder"),
    ],
)
def test_bad_input_is_told(home, model, source, more, kind, told):
    done = explain(home / model, home / source, *more)
    assert isinstance(done.exception, kind)
    with pytest.raises(kind, match=told):
        raise done.exception


def test_code_outside_is_not_imported_unasked(home, tmp_path):
    text = (home / "m" / "config.json").read_text().replace('"shufflenet3d"', '"thing.made:network"')
    (tmp_path / "config.json").write_text(text)
    assert isinstance(explain(tmp_path, home / "a.avi").exception, CandidateError)
