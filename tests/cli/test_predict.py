"""`netwright predict` as a user meets it."""

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from netwright.cli.predict import predict as command
from netwright.records.errors import InputError, PackageError
from netwright.serving.batch import predict as module
from netwright.serving.batch.summary import PredictSummary
from netwright.studies.ship import find_package as found

SUMMARY = PredictSummary(
    out="a.csv", rows=2, rejected=1, rejects="a.csv.rejects", resumed=0, model="mlp", version="0123", engine="onnx",
    seconds=0.5,
)  # fmt: skip


def run(*arguments):
    app = typer.Typer()
    app.command()(command)
    return CliRunner().invoke(app, list(map(str, arguments)))


@pytest.fixture
def asked(monkeypatch):
    settings = []

    def noted(setting, _):
        settings.append(setting)
        return SUMMARY

    monkeypatch.setattr(module, "predict", noted)
    monkeypatch.setattr(found, "find_package", lambda name, registry: Path(f"{name} of {registry}"))
    return settings


def test_every_option_reaches_the_run(asked):
    done = run("pack", "rows.csv", "--out", "a.csv", "--batch", 8, "--part", "train", "--id", "name", "--skip-bad",
               "--restart", "--probabilities", "--threads", 2, "--factory", "a.b:c", "--registry", "there")  # fmt: skip
    assert done.exit_code == 0, done.output
    (setting,) = asked
    assert (str(setting.package), setting.data, str(setting.out)) == ("pack of there", "rows.csv", "a.csv")
    assert (setting.batch, setting.part, setting.identifier, setting.threads) == (8, "train", "name", 2)
    assert setting.skip_bad
    assert setting.restart
    assert setting.probabilities
    assert setting.factories == ("a.b:c",)
    assert "without a prediction  1, listed in a.csv.rejects" in done.output


def test_json_is_the_record(asked):
    done = run("pack", "rows.csv", "--out", "a.csv", "--json")
    assert json.loads(done.stdout) == json.loads(SUMMARY.to_json())


@pytest.mark.parametrize("wrong", [["--batch", 0], ["--part", "valid"], ["--threads", 0]])
def test_a_wrong_option_is_refused_before_anything_is_read(wrong, asked):
    assert run("pack", "rows.csv", "--out", "a.csv", *wrong).exit_code == 2
    assert not asked


def test_the_file_must_be_named(asked):
    assert run("pack", "rows.csv").exit_code == 2


def test_ctrl_c_says_how_to_go_on(monkeypatch):
    def stopped(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(module, "predict", stopped)
    monkeypatch.setattr(found, "find_package", lambda name, _: Path(name))
    done = run("pack", "rows.csv", "--out", "a.csv")
    assert done.exit_code == 130
    assert "the same command goes on from here" in done.output


def test_what_is_no_package_is_told(tmp_path):
    done = run(tmp_path, "rows.csv", "--out", tmp_path / "a.csv")
    assert isinstance(done.exception, PackageError)
    assert "netwright ship" in str(done.exception)


def test_an_output_that_is_there_is_not_overwritten(tmp_path):
    (tmp_path / "a.csv").write_text("dear")
    done = run(tmp_path, "rows.csv", "--out", tmp_path / "a.csv")
    assert isinstance(done.exception, InputError)
    assert (tmp_path / "a.csv").read_text() == "dear"
