"""`netwright dynamics` as a user meets it: a real training on digits, and every way to ask wrongly."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from netwright.cli.main import commands
from netwright.records.dynamics import Dynamics
from netwright.records.errors import InputError
from netwright.records.symmetry import SymmetryTable

ROOT = Path(__file__).parents[2]
NETWRIGHT = Path(sys.executable).with_name("netwright")
SCENARIO = str(ROOT / "examples" / "digits.toml")
BAD_INPUT, INTERRUPTED = 2, 130


@pytest.fixture(autouse=True)
def _same_path(monkeypatch):
    """The command makes the working folder importable; the other tests shall not see that."""
    monkeypatch.setattr(sys, "path", list(sys.path))


def dynamics(*arguments):
    return CliRunner().invoke(commands, ["dynamics", *map(str, arguments)])


def test_a_training_is_shown_and_its_page_and_pictures_written(tmp_path):
    page, pictures = tmp_path / "dynamics.html", tmp_path / "pictures"
    done = dynamics(SCENARIO, "--steps", 20, "--every", 5, "--size", 100, "--report", page, "--pictures", pictures)
    assert done.exit_code == 0, done.output
    assert "Over 20 steps of SGD" in done.stdout
    assert "201 charges of 2 families stayed within" in done.stdout
    assert f"written: {page}" in done.stdout
    assert "mlp on digits" in page.read_text(encoding="utf-8")
    assert {path.name for path in pictures.iterdir()} == {
        f"{k}.{s}" for k in ("translation", "rescale") for s in ("svg", "png")
    }


def test_json_is_the_record_with_the_recipe_that_was_asked_for():
    done = dynamics(SCENARIO, "--steps", 5, "--size", 100, "--momentum", 0, "--weight-decay", 0.25, "--json")
    record = Dynamics.from_json(done.stdout)
    assert record.steps == 5
    assert "0.25" in record.optimizer


def test_symmetries_alone_train_nothing(tmp_path):
    page = tmp_path / "symmetries.html"
    done = dynamics("mlp", "--data", "digits", "--symmetries", "--report", page, "--json")
    table = SymmetryTable.from_json(done.stdout)
    assert {one.kind for one in table.symmetries} == {"rescale", "translation"}
    assert "cross-entropy" in page.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("mlp",), "no data is named"),
        (("mlp", "--data", "digits", "--candidate", "mlp"), "--candidate belongs to a scenario"),
        ((SCENARIO, "--data", "digits"), "names its own data"),
        ((SCENARIO, "--candidate", "nobody"), "no candidate 'nobody'"),
        ((SCENARIO, "--candidate", "random-forest"), "fits itself"),
        ((SCENARIO, "--lr", "-1"), "lr: found -1.0"),
        ((SCENARIO, "--size", "99999"), "cannot train on 99999"),
        ((SCENARIO, "--report", "/nowhere/page.html"), "no folder /nowhere"),
        (("missing.toml",), "there is no scenario file"),
        (("mpl", "--data", "digits"), "mlp"),
        (("mlp", "--data", "digit"), "digits"),
        (("no_such_package:net", "--data", "digits"), "no_such_package"),
    ],
)
def test_bad_input_is_told_before_anything_is_trained(arguments, told):
    done = dynamics(*arguments)
    assert isinstance(done.exception, InputError)
    assert told in str(done.exception)


def test_bad_input_leaves_with_its_code_and_no_traceback():
    done = subprocess.run([NETWRIGHT, "dynamics", "mlp"], capture_output=True, text=True, check=False)
    assert done.returncode == BAD_INPUT
    assert done.stderr.startswith("netwright: ")
    assert len(done.stderr.splitlines()) == 1


def test_ctrl_c_still_writes_what_was_seen(tmp_path):
    page = tmp_path / "dynamics.html"
    command = [NETWRIGHT, "dynamics", SCENARIO, "--steps", "1000000", "--json", "--report", page]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert "started" in process.stderr.readline()
        process.send_signal(signal.SIGINT)
        printed, told = process.communicate(timeout=120)
    assert process.returncode == INTERRUPTED
    assert json.loads(printed)["title"] == "mlp on digits"
    assert "stopped after" in told
    assert "Traceback" not in told
    assert page.is_file()
