from collections.abc import Callable
from math import nan
from pathlib import Path
from typing import Any

import pytest

import netwright.tracking.run_writer as run_writer
from netwright.records.measurement import Measurement
from netwright.records.scenario import Scenario
from netwright.records.trial import Outcome, TrialResult
from netwright.tracking.connection import connect
from netwright.tracking.entries import Alone, with_answers
from netwright.tracking.run_facts import run_facts
from netwright.tracking.run_writer import RunWriter, experiment_of

Make = Callable[..., TrialResult]


def runs_in(client: Any, name: str = "garments") -> list[Any]:
    return list(client.search_runs([client.get_experiment_by_name(name).experiment_id]))


def write(uri: str, scenario: Scenario, *results: TrialResult) -> Any:
    """Write with a writer of its own, as a study does that was started again."""
    client = connect(uri)
    writer = RunWriter(client, uri, scenario)
    for result in results:
        writer.write(run_facts(result, scenario, None))
    return client


def test_a_run_holds_everything(uri: str, scenario: Scenario, ended: Make) -> None:
    client = write(uri, scenario, ended(epochs=3))
    (run,) = runs_in(client)
    facts = run_facts(ended(epochs=3), scenario, None)
    assert (run.info.run_name, run.info.status) == ("mlp-n100-s0", "FINISHED")
    assert run.info.end_time - run.info.start_time == 2500
    assert run.data.params == facts.params
    assert {m.key: m.value for m in facts.qualities}.items() <= run.data.metrics.items()
    assert facts.tags.items() <= run.data.tags.items()
    history = client.get_metric_history(run.info.run_id, "epoch.train_loss")
    assert [(m.step, m.value) for m in history] == [(1, 1.0), (2, 0.5), (3, 1 / 3)]


def test_more_than_one_call_takes(uri: str, scenario: Scenario, ended: Make) -> None:
    options = {f"option{i}": i for i in range(230)}
    wide = scenario.model_copy(update={"candidates": (scenario.candidates[0].model_copy(update={"options": options}),)})
    client = write(uri, wide, ended(epochs=400))
    (run,) = runs_in(client)
    assert sum(key.startswith("options.") for key in run.data.params) == 230
    assert len(client.get_metric_history(run.info.run_id, "epoch.lr")) == 400


def test_writing_again_adds_nothing(uri: str, scenario: Scenario, ended: Make) -> None:
    results = [ended(), ended("net"), ended(seed=1, outcome=Outcome.CRASHED, detail="boom")]
    write(uri, scenario, *results)
    client = write(uri, scenario, *results, *results)
    runs = runs_in(client)
    assert sorted(run.data.tags["outcome"] for run in runs) == ["crashed", "ok", "ok"]
    assert all(len(client.get_metric_history(run.info.run_id, "trial.seconds")) == 1 for run in runs)


def test_every_page_of_what_is_there_is_read(
    uri: str, scenario: Scenario, ended: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_writer, "_PAGE", 2)
    results = [ended(seed=seed) for seed in range(5)]
    write(uri, scenario, *results)
    assert len(runs_in(write(uri, scenario, *results))) == 5


def test_what_is_missing_is_written(uri: str, scenario: Scenario, ended: Make) -> None:
    write(uri, scenario, ended())
    client = write(uri, scenario, ended(), ended("net"))
    assert sorted(run.info.run_name for run in runs_in(client)) == ["mlp-n100-s0", "net-n100-s0"]


@pytest.mark.parametrize("value", [0.01, nan])
def test_what_was_measured_later_joins_the_run(
    uri: str, scenario: Scenario, ended: Make, measured: Callable[..., Measurement], value: float
) -> None:
    later = with_answers(
        ended(), Alone(trial="mlp-n100-s0", measurements=(measured("latency.p50", value, "s", alone=True),))
    )
    write(uri, scenario, ended(), later)
    client = write(uri, scenario, later, later)
    (run,) = runs_in(client)
    assert run.data.metrics["latency.p50"] == pytest.approx(value, nan_ok=True)
    assert run.data.metrics["latency.p50.n"] == 500
    assert "latency.p50" in run.data.tags["units"]
    for key in ("latency.p50", "accuracy"):
        assert len(client.get_metric_history(run.info.run_id, key)) == 1


def test_a_run_that_a_kill_left_half_written_is_replaced(
    uri: str, scenario: Scenario, ended: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def kill(*_: object, **__: object) -> None:
        raise Killed

    client = connect(uri)
    writer = RunWriter(client, uri, scenario)
    with monkeypatch.context() as patch:
        patch.setattr(type(client), "set_terminated", kill)
        with pytest.raises(Killed):
            writer.write(run_facts(ended(), scenario, None))
    assert [run.info.status for run in runs_in(client)] == ["RUNNING"]
    write(uri, scenario, ended(), ended())
    assert [run.info.status for run in runs_in(client)] == ["FINISHED"]


def test_the_run_of_an_interrupted_trial_gives_way_once_it_ended(uri: str, scenario: Scenario, ended: Make) -> None:
    interrupted = ended(outcome=Outcome.INTERRUPTED)
    client = write(uri, scenario, interrupted, ended("net", outcome=Outcome.INTERRUPTED))
    assert [run.info.status for run in runs_in(client)] == ["KILLED", "KILLED"]
    write(uri, scenario, interrupted, ended())
    assert {run.info.run_name: run.data.tags["outcome"] for run in runs_in(client)} == {
        "mlp-n100-s0": "ok",
        "net-n100-s0": "interrupted",
    }


def test_a_trial_that_was_run_anew_has_a_run_of_its_own(uri: str, scenario: Scenario, ended: Make) -> None:
    client = write(uri, scenario, ended(accuracy=0.7, seconds=2.4))
    write(uri, scenario, ended(accuracy=0.8))
    assert sorted(run.data.metrics["accuracy"] for run in runs_in(client)) == [0.7, 0.8]


def test_another_scenario_of_the_same_name_is_left_alone(uri: str, scenario: Scenario, ended: Make) -> None:
    other = scenario.model_copy(update={"data": "fashion-mnist"})
    client = write(uri, scenario, ended())
    write(uri, other, ended())
    assert sorted(run.data.params["data"] for run in runs_in(client)) == ["digits", "fashion-mnist"]


def test_artifacts_go_beside_a_sqlite_database(uri: str) -> None:
    client = connect(uri)
    experiment = experiment_of(client, uri, "one")
    assert experiment_of(client, uri, "one") == experiment
    folder = Path(uri.removeprefix("sqlite:///")).with_name("artifacts")
    assert client.get_experiment(experiment).artifact_location == folder.as_uri()
