"""A study's decision becomes a package and a registry entry, whole or not at all."""

import json
import os
import shutil
from itertools import count
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn
from typer.testing import CliRunner

from netwright.cli.main import commands
from netwright.data.digits import load
from netwright.machine.progress import Silent
from netwright.models.stored import load_stored
from netwright.records.decision import Decision
from netwright.records.errors import InputError, NetwrightError
from netwright.serving.checks import read_checks
from netwright.serving.engines.open import open_engine
from netwright.serving.package import open_package
from netwright.studies.checkpoint import write_checkpoint
from netwright.studies.ship import packing
from netwright.studies.ship.engine_choice import choose_engine
from netwright.studies.ship.packing import pack
from netwright.studies.ship.ship import ship
from netwright.tracking.packages import fetch_package, read_package_address


@pytest.fixture
def study(tiny_study, tmp_path):
    return shutil.copytree(tiny_study, tmp_path / "study")


@pytest.fixture
def uri(shared_mlflow):
    return os.environ["MLFLOW_TRACKING_URI"]


def test_the_package_answers_as_the_study_s_model(tiny_study, tiny_package, tmp_path):
    model = load_stored(write_checkpoint(tiny_study, "logistic", tmp_path / "model")).model
    inputs = load().test_inputs(torch.arange(500))
    with torch.inference_mode():
        wanted = model(inputs).numpy()
    found = open_engine(tiny_package, "chosen").answer(inputs.numpy()).logits
    assert np.allclose(found, wanted, atol=1e-4)
    reference = tiny_package.reference
    assert reference.correct == int((wanted.argmax(1) == load().test_labels.numpy()).sum())
    assert reference.predicted == tuple(np.bincount(found.argmax(1), minlength=10).tolist())


def test_the_choice_of_the_engine_tells_its_figures(tiny_package):
    for model in tiny_package.manifest.models:
        choice = model.choice
        assert choice.samples == 256
        assert set(choice.seconds) == {"onnx", "torch"}
        assert choice.conditions.hardware
        assert (choice.engine == "onnx") == (tiny_package.folder / model.folder / "model.onnx").exists()


def test_the_card_says_what_was_decided(tiny_package):
    card = (tiny_package.folder / "README.md").read_text()
    assert card.startswith("---\nlibrary_name: netwright\n")
    for line in ("- `image`: UINT8 [-1, 1, 8, 8]", "## When to decide anew", "| accuracy |", "- fallback: mlp"):
        assert line in card


CALLS = count(1)


class Shaky(nn.Module):
    """Whose export cannot be right: what it says changes from call to call."""

    def forward(self, inputs):
        return inputs.flatten(1)[:, :2] * next(CALLS)


class Stubborn(nn.Module):
    """Cannot be exported."""

    def forward(self, inputs):
        return torch.tensor(inputs.tolist()).flatten(1)[:, :2]


@pytest.mark.parametrize(("model", "told"), [(Shaky(), "differs by"), (Stubborn(), "cannot be exported")])
def test_an_export_that_differs_or_fails_is_not_used(model, told, tmp_path):
    samples = np.random.default_rng(0).standard_normal((32, 1, 2, 2)).astype(np.float32)
    choice, engine = choose_engine(model.eval(), samples, tmp_path)
    assert choice.engine == engine.name == "torch"
    assert told in choice.reason
    assert list(tmp_path.iterdir()) == []


def test_an_export_that_is_no_faster_is_not_used(tmp_path, monkeypatch):
    monkeypatch.setattr("netwright.studies.ship.engine_choice._timed", lambda engines, _: dict.fromkeys(engines, 1.0))
    samples = np.zeros((8, 4), np.float32)
    choice, _ = choose_engine(nn.Linear(4, 2).eval(), samples, tmp_path)
    assert choice.engine == "torch"
    assert "not faster" in choice.reason
    assert list(tmp_path.iterdir()) == []


def test_shipping_again_keeps_the_package_before(study, uri):
    first, second = (ship(study, None, Silent()) for _ in range(2))
    assert second.package.folder == study / "package"
    kept = open_package(study / f"package-{first.package.version}")
    assert kept.manifest.models[0].candidate == "logistic"
    assert second.place.startswith("models:/tiny/")


def test_what_a_killed_run_left_is_no_obstacle(study, uri, tiny_package):
    shutil.copytree(tiny_package.folder, study / ".package-new")
    assert ship(study).package.folder == study / "package"
    assert not (study / ".package-new").exists()


def test_what_is_shipped_comes_back_from_the_registry(study, uri, tmp_path):
    shipped = ship(study, tmp_path / "package", Silent())
    number = shipped.place.rpartition("/")[2]
    for text in ("models:/tiny@shipped", f"models:/tiny/{number}"):
        brought = fetch_package(uri, read_package_address(text), tmp_path / "cache")
        assert open_package(brought).version == shipped.package.version


def test_what_the_registry_does_not_have_is_named(study, uri, tmp_path):
    ship(study, tmp_path / "package", Silent())
    for text, told in (
        ("models:/tinny@shipped", "no model 'tinny'; it has"),
        ("models:/tiny/999", "no version 999; it has"),
        ("models:/tiny@gone", "no alias 'gone'; its aliases are"),
        ("models:/tiny@chosen", "holds weights, not a package"),
    ):
        with pytest.raises(InputError, match=told):
            fetch_package(uri, read_package_address(text), tmp_path)


@pytest.mark.parametrize("text", ["models:/tiny", "models:/tiny/x", "tiny@shipped", "models:/a/b/1", "models:/@x"])
def test_an_address_must_be_one(text):
    with pytest.raises(InputError, match="models:/NAME/VERSION"):
        read_package_address(text)


def test_a_registry_that_is_gone_stops_nothing(study, monkeypatch, tmp_path):
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path}/file/mlflow.db")
    shipped = ship(study, tmp_path / "package", Silent())
    assert shipped.place == ""
    assert "could not be put into the registry" in shipped.notes[0]
    assert open_package(tmp_path / "package").version == shipped.package.version


def test_a_study_that_chose_nothing_has_nothing_to_ship(study, tmp_path):
    decision = Decision.from_json((study / "decision.json").read_bytes()).model_copy(update={"chosen": None})
    (study / "decision.json").write_text(decision.to_json())
    with pytest.raises(InputError, match="chose no candidate"):
        pack(study, tmp_path / "package", Silent())


def test_a_failure_on_the_way_leaves_nothing(study, tmp_path, monkeypatch):
    def fail(*_):
        raise NetwrightError("the disk burns")

    monkeypatch.setattr(packing, "_write_facts", fail)
    with pytest.raises(NetwrightError, match="burns"):
        pack(study, tmp_path / "package", Silent())
    assert [path for path in tmp_path.iterdir() if path.name != "study"] == []


def test_the_command_prints_what_it_made(study, uri, tmp_path):
    done = CliRunner().invoke(commands, ["ship", str(study), "--out", str(tmp_path / "package"), "--json"])
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert Path(told["package"]) == tmp_path / "package"
    assert told["registry"].startswith("models:/tiny/")
    assert [model["candidate"] for model in told["models"]] == ["logistic", "mlp"]
    assert len(read_checks(open_package(told["package"])).inputs) == 16
