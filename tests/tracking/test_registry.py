import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from netwright.records.decision import Assessment, Decision
from netwright.records.errors import InputError, StorageError
from netwright.records.scenario import Scenario
from netwright.records.trial import TrialResult
from netwright.tracking.connection import connect
from netwright.tracking.registry import register_chosen
from netwright.tracking.runs import RunMirror

CARD = {"shape": [1, 8, 8], "classes": ["0", "1"]}


@pytest.fixture
def decision(scenario: Scenario) -> Decision:
    return Decision(
        scenario=scenario,
        scenario_hash=scenario.digest(),
        chosen="mlp",
        summary=("mlp is chosen.",),
        candidates=(Assessment(name="mlp", status="chosen", reason="best", evidence=("mlp-n200-s0",)),),
    )


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    path = tmp_path / "trials" / "mlp-n200-s0" / "weights.safetensors"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"weights")
    return path


def versions_in(uri: str) -> list[Any]:
    return list(connect(uri).search_model_versions("name = 'garments'"))


def artifacts_of(version: Any, folder: Path) -> Path:
    import mlflow.artifacts

    return Path(mlflow.artifacts.download_artifacts(artifact_uri=version.source, dst_path=str(folder)))


def test_the_version_says_what_it_is(uri: str, decision: Decision, weights: Path, scenario: Scenario) -> None:
    assert register_chosen(uri, decision, weights, CARD) == "models:/garments/1"
    version = connect(uri).get_model_version_by_alias("garments", "chosen")
    assert version.version in {1, "1"}
    tags = version.tags
    assert (tags["candidate"], tags["model"], tags["trial"]) == ("mlp", "mlp", "mlp-n200-s0")
    assert tags["scenario_hash"] == scenario.digest()
    assert json.loads(tags["options"]) == {"hidden": [30, 10]}
    assert json.loads(tags["recipe"]) == scenario.candidates[0].recipe.model_dump(mode="json")


def test_the_artifacts_are_weights_and_what_rebuilds_the_model(
    uri: str, decision: Decision, weights: Path, tmp_path: Path
) -> None:
    register_chosen(uri, decision, weights, CARD)
    (version,) = versions_in(uri)
    assert version.source.startswith((tmp_path / "artifacts").as_uri())
    folder = artifacts_of(version, tmp_path / "got")
    assert sorted(p.name for p in folder.iterdir()) == ["model.json", "weights.safetensors"]
    assert (folder / "weights.safetensors").read_bytes() == b"weights"
    card = json.loads((folder / "model.json").read_bytes())
    assert CARD.items() <= card.items()
    assert (card["model"], card["options"], card["trial"]) == ("mlp", {"hidden": [30, 10]}, "mlp-n200-s0")
    assert card["weights_sha256"] == hashlib.sha256(b"weights").hexdigest()


def test_the_same_decision_makes_no_second_version(uri: str, decision: Decision, weights: Path) -> None:
    first = register_chosen(uri, decision, weights, CARD)
    assert register_chosen(uri, decision, weights, dict(reversed(CARD.items()))) == first
    assert len(versions_in(uri)) == 1


def test_another_decision_is_another_version_and_the_alias_follows(
    uri: str, decision: Decision, weights: Path, tmp_path: Path
) -> None:
    register_chosen(uri, decision, weights, CARD)
    weights.write_bytes(b"other weights")
    assert register_chosen(uri, decision, weights, CARD) == "models:/garments/2"
    weights.write_bytes(b"weights")
    assert register_chosen(uri, decision, weights, CARD) == "models:/garments/1"
    assert str(connect(uri).get_model_version_by_alias("garments", "chosen").version) == "1"
    stored = {
        str(v.version): (artifacts_of(v, tmp_path / f"v{v.version}") / "weights.safetensors").read_bytes()
        for v in versions_in(uri)
    }
    assert stored == {"1": b"weights", "2": b"other weights"}


def test_the_version_belongs_to_the_run_of_its_trial(
    uri: str, decision: Decision, weights: Path, scenario: Scenario, ended: Callable[..., TrialResult]
) -> None:
    mirror = RunMirror(uri, scenario)
    mirror.write(ended("mlp", size=200))
    mirror.write(ended("net", size=200))
    assert mirror.close() == ()
    register_chosen(uri, decision, weights, CARD)
    (version,) = versions_in(uri)
    client = connect(uri)
    assert client.get_run(version.run_id).data.tags["netwright.trial"] == "mlp-n200-s0"
    assert len(client.search_runs([client.get_experiment_by_name("garments").experiment_id])) == 2


def test_a_run_made_for_the_model_does_not_stand_for_its_trial(
    uri: str, decision: Decision, weights: Path, scenario: Scenario, ended: Callable[..., TrialResult]
) -> None:
    register_chosen(uri, decision, weights, CARD)
    mirror = RunMirror(uri, scenario)
    mirror.write(ended("mlp", size=200))
    assert mirror.close() == ()
    client = connect(uri)
    runs = client.search_runs([client.get_experiment_by_name("garments").experiment_id], "metrics.accuracy > 0")
    assert len(runs) == 1


def test_without_a_chosen_candidate_there_is_nothing_to_register(uri: str, decision: Decision, weights: Path) -> None:
    with pytest.raises(InputError, match="chose no candidate"):
        register_chosen(uri, decision.model_copy(update={"chosen": None}), weights, CARD)


def test_missing_weights_are_named(uri: str, decision: Decision, weights: Path) -> None:
    weights.unlink()
    with pytest.raises(StorageError, match=r"FileNotFoundError.*weights\.safetensors"):
        register_chosen(uri, decision, weights, CARD)
    assert versions_in(uri) == []


def test_a_broken_database_is_a_storage_error(tmp_path: Path, decision: Decision, weights: Path) -> None:
    (tmp_path / "mlflow.db").write_bytes(b"no database" * 1000)
    with pytest.raises(StorageError, match="not a database") as caught:
        register_chosen(f"sqlite:///{tmp_path}/mlflow.db", decision, weights, CARD)
    assert "\n" not in str(caught.value)
