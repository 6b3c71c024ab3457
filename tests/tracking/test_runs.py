import threading
from collections.abc import Callable
from pathlib import Path

import pytest

import netwright.tracking.runs as runs_module
from netwright.records.measurement import Conditions
from netwright.records.scenario import Scenario
from netwright.records.trial import Outcome, TrialResult
from netwright.tracking.connection import connect
from netwright.tracking.run_facts import RunFacts
from netwright.tracking.runs import PATIENCE, RunMirror

Make = Callable[..., TrialResult]


def mirror_all(uri: str, scenario: Scenario, *results: TrialResult) -> tuple[str, ...]:
    mirror = RunMirror(uri, scenario, Conditions(hardware="a laptop"))
    for result in results:
        mirror.write(result)
    return mirror.close()


def names_in(uri: str) -> list[str]:
    client = connect(uri)
    found = client.search_runs([client.get_experiment_by_name("garments").experiment_id])
    return sorted(run.info.run_name for run in found)


def test_every_trial_is_a_run(uri: str, scenario: Scenario, ended: Make) -> None:
    crashed = ended(outcome=Outcome.CRASHED)
    assert mirror_all(uri, scenario, ended("net"), crashed) == ()
    assert names_in(uri) == ["mlp-n100-s0", "net-n100-s0"]
    client = connect(uri)
    experiment = client.get_experiment_by_name("garments").experiment_id
    (run,) = client.search_runs([experiment], "tags.outcome = 'crashed'")
    assert run.data.tags["conditions.hardware"] == "a laptop"


def test_a_resumed_study_writes_no_run_twice(uri: str, scenario: Scenario, ended: Make) -> None:
    mirror_all(uri, scenario, ended("mlp"), ended("net"))
    assert mirror_all(uri, scenario, ended("mlp"), ended("net"), ended("mlp", size=200)) == ()
    assert names_in(uri) == ["mlp-n100-s0", "mlp-n200-s0", "net-n100-s0"]


def test_a_broken_database_stops_nothing_and_is_told_once(tmp_path: Path, scenario: Scenario, ended: Make) -> None:
    database = tmp_path / "mlflow.db"
    database.write_bytes(b"no database" * 1000)
    (note,) = mirror_all(f"sqlite:///{database}", scenario, ended("mlp"), ended("net"))
    assert "did not take 2 results" in note
    assert "not a database" in note
    assert "the ledger has them all" in note
    assert "\n" not in note
    assert database.read_bytes() == b"no database" * 1000


def test_a_server_that_is_not_there_stops_nothing(
    scenario: Scenario, ended: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    (note,) = mirror_all("http://ann:secret@127.0.0.1:9", scenario, ended())
    assert "http://***@127.0.0.1:9 did not take 1 result:" in note
    assert "secret" not in note.partition(" did not ")[0]


def test_a_study_without_results_has_no_notes(uri: str, scenario: Scenario) -> None:
    assert mirror_all(uri, scenario) == ()


class FailingWriter:
    """Fails at the trials of some candidates."""

    def __init__(self, failing: set[str]) -> None:
        self.failing = failing
        self.written: list[str] = []

    def write(self, facts: RunFacts) -> None:
        if facts.params["candidate"] in self.failing:
            raise OSError("the disk is full")
        self.written.append(facts.name)


@pytest.fixture
def writer(monkeypatch: pytest.MonkeyPatch) -> FailingWriter:
    fake = FailingWriter({"mlp"})
    monkeypatch.setattr(runs_module, "connect", lambda uri: None)
    monkeypatch.setattr(runs_module, "RunWriter", lambda *_: fake)
    return fake


def test_one_failure_does_not_stop_the_others(scenario: Scenario, ended: Make, writer: FailingWriter) -> None:
    results = [ended("mlp", seed=s // 2) if s % 2 else ended("net", seed=s) for s in range(4 * PATIENCE)]
    (note,) = mirror_all("sqlite:///x.db", scenario, *results)
    assert len(writer.written) == 2 * PATIENCE
    assert f"did not take {2 * PATIENCE} results: OSError: the disk is full" in note


def test_many_failures_in_a_row_end_the_tries(scenario: Scenario, ended: Make, writer: FailingWriter) -> None:
    results = [ended("mlp", seed=s) for s in range(PATIENCE)] + [ended("net", seed=s) for s in range(5)]
    (note,) = mirror_all("sqlite:///x.db", scenario, *results)
    assert writer.written == []
    assert f"did not take {PATIENCE + 5} results" in note


def test_closing_waits_no_longer_than_it_was_told(
    scenario: Scenario, ended: Make, writer: FailingWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = threading.Event()
    monkeypatch.setattr(writer, "write", lambda facts: release.wait(60))
    mirror = RunMirror("sqlite:///x.db", scenario)
    mirror.write(ended())
    (note,) = mirror.close(wait=0.01)
    assert "still writing after 0.01 s" in note
    release.set()
    assert mirror.close() == ()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_an_unexpected_error_is_told(
    scenario: Scenario, ended: Make, writer: FailingWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fault(facts: RunFacts) -> None:
        raise AssertionError("a fault of ours")

    monkeypatch.setattr(writer, "write", fault)
    (note,) = mirror_all("sqlite:///x.db", scenario, ended())
    assert "stopped at an unexpected error" in note
