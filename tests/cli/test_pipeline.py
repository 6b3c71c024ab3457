"""`netwright pipeline` as a user meets it, up to the steps that train nothing."""

import json

import pytest
from typer.testing import CliRunner

from netwright.cli.main import commands
from netwright.records.errors import DataError, InputError, LedgerError, ScenarioError
from netwright.records.pipeline import Pipeline
from netwright.tracking.folder_lock import lock_folder

SCENARIO = """
name = "tiny"
task = "image-classification"
data = "digits"
[design]
sizes = [100]
seeds = 1
validation = 100
test = 200
[[candidate]]
name = "regression"
model = "logistic-regression"
"""


@pytest.fixture
def scenario(tmp_path):
    path = tmp_path / "tiny.toml"
    path.write_text(SCENARIO)
    return path


@pytest.fixture(autouse=True)
def _no_database_of_the_user(monkeypatch):
    # the command names one where there is none: it must not outlive the test
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "sqlite:////nowhere/mlflow.db")


def pipeline(*arguments):
    return CliRunner().invoke(commands, ["pipeline", *map(str, arguments)])


def test_a_dry_run_tells_everything_and_writes_nothing(scenario, tmp_path):
    result = pipeline(scenario, "--out", tmp_path / "p", "--dry-run")
    assert result.exit_code == 0, result.output
    assert result.stdout.count("would run") == 6
    assert not (tmp_path / "p").exists()


def test_until_split_leaves_the_pages_and_a_second_run_keeps_everything(scenario, tmp_path):
    out = tmp_path / "p"
    result = pipeline(scenario, "--out", out, "--until", "split")
    assert result.exit_code == 0, result.output
    assert "report:" in result.stdout
    page = (out / "pipeline.html").read_text()
    assert "<svg" in page
    assert "3 steps of 6 ran" in page
    assert "Data validation" in (out / "validation.html").read_text()
    again = Pipeline.from_json(pipeline(scenario, "--out", out, "--until", "split", "--json").stdout)
    assert [step.status for step in again.steps] == ["cached"] * 3 + ["not reached"] * 3
    assert "Nothing had to be done again" in (out / "pipeline.html").read_text()


def test_broken_data_leave_their_faults_as_pages(scenario, tmp_path):
    (tmp_path / "e.json").write_text(json.dumps({"train_at_least": 10_000}))
    result = pipeline(scenario, "--out", tmp_path / "p", "--expect", tmp_path / "e.json")
    assert isinstance(result.exception, DataError)
    assert "Validate failed" in (tmp_path / "p" / "pipeline.html").read_text()
    assert "Broken: 1 error" in (tmp_path / "p" / "validation.html").read_text()


def test_a_folder_in_use_an_unknown_step_and_a_faulty_scenario(scenario, tmp_path):
    with lock_folder(tmp_path / "p"):
        assert isinstance(pipeline(scenario, "--out", tmp_path / "p").exception, LedgerError)
    assert isinstance(pipeline(scenario, "--until", "deplo", "--out", tmp_path / "q").exception, InputError)
    scenario.write_text(SCENARIO.replace("sizes", "sises"))
    assert isinstance(pipeline(scenario).exception, ScenarioError)
