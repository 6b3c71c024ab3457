"""The main promise, on real images with real processes: a decision, whatever becomes of single trials."""

import json

import pytest

from netwright.machine.isolation import run_isolated
from netwright.records.curve import Curve
from netwright.records.decision import Decision
from netwright.records.errors import CandidateError, LedgerError, StorageError
from netwright.studies.choose import choose
from netwright.studies.executors import PRELOAD, LocalExecutor
from netwright.studies.read import read_study
from netwright.tracking.connection import connect, tracking_uri

from .conftest import HERE, candidate, scenario_of

QUALITIES = {
    "accuracy", "macro_f1", "calibration_error", "brier", "latency.p50", "latency.p99", "throughput",
    "training_memory", "size", "parameters", "flops", "training_time", "cpu_seconds",
    "activations", "model_memory", "energy.training", "co2.training", "stability.spread", "stability.churn",
}  # fmt: skip


@pytest.fixture(scope="module")
def study(tmp_path_factory, shared_mlflow):
    """One study with a good, a self-fitting and a diverging candidate, run to its end."""
    out = tmp_path_factory.mktemp("study")
    scenario = scenario_of(
        candidate("small", "mlp", hidden=[16]),
        candidate("regression", "logistic-regression"),
        candidate("nan", "candidates:goes_nan"),
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(HERE)
        patch.delenv("MLFLOW_TRACKING_URI")
        return choose(scenario, out=out, executor=LocalExecutor(workers=2)), out


def test_the_decision_names_its_evidence(study):
    decision, _ = study
    assert decision.chosen in {"small", "regression"}
    chosen = decision.assessment(decision.chosen)
    assert chosen.status == "chosen"
    assert {m.quality for m in chosen.measurements} == QUALITIES
    assert isinstance(chosen.curve, Curve)
    assert set(chosen.evidence) == {f"{decision.chosen}-n200-s0", f"{decision.chosen}-n200-s1"}
    assert decision.scenario_hash == decision.scenario.digest()
    assert decision.revisit_when
    assert len(decision.summary) == 3


def test_every_measurement_states_interval_count_and_conditions(study):
    _, out = study
    for result in read_study(out).results:
        for measured in result.measurements:
            assert measured.low <= measured.value <= measured.high, measured.quality
            assert measured.n >= 1
            assert measured.conditions.hardware
            assert measured.conditions.seed == result.seed
            assert {"torch", "netwright"} <= set(measured.conditions.versions)
            assert measured.conditions.data


def test_a_diverging_candidate_is_recorded_and_rejected(study):
    decision, _ = study
    nan = decision.assessment("nan")
    assert (nan.status, nan.outcomes) == ("rejected", {"diverged": 6})
    assert "diverged" in nan.reason


def test_every_epoch_is_recorded(study):
    _, out = study
    small = [result for result in read_study(out).results if result.candidate == "small"]
    assert len(small) == 6
    assert all([epoch.index for epoch in result.epochs] == [1, 2, 3] for result in small)


def test_what_the_folder_holds(study):
    decision, out = study
    told = json.loads((out / "decision.json").read_text())
    assert {"scenario", "scenario_hash", "chosen", "candidates", "revisit_when"} <= set(told)
    assert {"name", "status", "reason", "measurements", "curve"} <= set(told["candidates"][0])
    assert Decision.from_json((out / "decision.json").read_bytes()).to_json() == decision.to_json()
    assert (out / "trials" / f"{decision.chosen}-n200-s0" / "weights.safetensors").is_file()
    assert not list(out.rglob("checkpoint.pt")), "a finished trial keeps no checkpoint"


def test_every_trial_is_a_run_and_the_chosen_model_is_registered(study, monkeypatch):
    decision, out = study
    monkeypatch.delenv("MLFLOW_TRACKING_URI")
    client = connect(tracking_uri(out))
    (experiment,) = [e for e in client.search_experiments() if e.name == "tiny"]
    assert len(client.search_runs([experiment.experiment_id], max_results=100)) == 18
    version = client.get_model_version_by_alias("tiny", "chosen")
    assert version.tags["candidate"] == decision.chosen


def test_running_again_measures_nothing_again_and_decides_the_same(study):
    decision, out = study
    ledger = (out / "ledger.jsonl").read_bytes()
    again = choose(decision.scenario, out=out, executor=LocalExecutor(workers=2))
    assert again.to_json() == decision.to_json()
    assert (out / "ledger.jsonl").read_bytes() == ledger


def test_another_scenario_cannot_use_the_folder(study):
    _, out = study
    with pytest.raises(LedgerError, match="--fresh"):
        choose(scenario_of(candidate("other", "mlp")), out=out)


@pytest.mark.parametrize(
    ("factory", "outcome"),
    [("eats_memory", "out_of_memory"), ("never_ends", "timeout"), ("dies", "crashed"), ("goes_nan", "diverged")],
)
def test_each_way_to_fail_is_an_outcome_and_the_study_goes_on(tmp_path, factory, outcome):
    bad = candidate("bad", f"candidates:{factory}")
    scenario = scenario_of(bad, candidate("good", "candidates:linear"), seconds=3.0 if outcome == "timeout" else 60.0)
    design = scenario.design.model_copy(update={"sizes": (50,), "seeds": 1})
    decision = choose(scenario.model_copy(update={"design": design}), out=tmp_path, executor=LocalExecutor(workers=2))
    assert decision.assessment("bad").outcomes == {outcome: 1}
    assert decision.chosen == "good"


def test_candidates_that_cannot_be_built_are_all_told_before_anything_runs(tmp_path):
    scenario = scenario_of(
        candidate("a", "candidates:raises"),
        candidate("b", "candidates:no_module"),
        candidate("c", "candidates:wrong_shape"),
        candidate("d", "candidates:absent"),
        candidate("e", "nowhere:factory"),
        candidate("fine", "candidates:linear"),
    )
    with pytest.raises(CandidateError) as caught:
        choose(scenario, out=tmp_path)
    told = str(caught.value)
    assert told.startswith("5 of 6 candidates")
    for part in ("no such layer", "returned str", "(2, 11)", "absent", "nowhere"):
        assert part in told, part
    assert not (tmp_path / "trials").exists()


def test_none_feasible_says_what_binds(tmp_path):
    scenario = scenario_of(candidate("good", "candidates:linear"), accuracy=0.999)
    decision = choose(scenario, out=tmp_path)
    assert decision.chosen is None
    assert decision.assessment("good").status == "rejected"
    assert "accuracy" in decision.assessment("good").reason


class _FullDisk:
    """An executor whose first ended trial could not write its checkpoint."""

    workers, threads = 1, 1

    def run(self, jobs):
        from dataclasses import replace

        for event in run_isolated(jobs, 1, 1, PRELOAD):
            checked = type(event).__name__ == "Ended" and event.job.endswith("s1")
            full = {"result": None, "error": "StorageError", "detail": "x: no space left on device; free some"}
            yield replace(event, **full) if checked else event

    def run_alone(self, jobs):
        return run_isolated(jobs, 1, 1, PRELOAD)


def test_a_full_disk_stops_the_study_and_loses_nothing_that_was_measured(tmp_path):
    scenario = scenario_of(candidate("good", "candidates:linear"))
    with pytest.raises(StorageError, match="no space left"):
        choose(scenario, out=tmp_path, executor=_FullDisk())
    before = (tmp_path / "ledger.jsonl").read_text().splitlines()
    assert any('"outcome":"ok"' in line or '"outcome": "ok"' in line for line in before)
    assert choose(scenario, out=tmp_path).chosen == "good"
    after = (tmp_path / "ledger.jsonl").read_text().splitlines()
    assert after[: len(before)] == before
