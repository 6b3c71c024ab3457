"""The chosen model in MLflow's model registry: weights and what is needed to rebuild the model; nothing pickled."""

import hashlib
import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from netwright.records.decision import Decision
from netwright.records.errors import InputError, StorageError
from netwright.tracking.connection import connect, mlflow_failures, reason_of, without_password
from netwright.tracking.run_facts import TAG_SCENARIO, TAG_TRIAL
from netwright.tracking.run_writer import experiment_of

ALIAS = "chosen"
"""The alias of the version that the newest decision chose: `models:/NAME@chosen`."""

WEIGHTS_NAME = "weights.safetensors"
CARD_NAME = "model.json"


def register_chosen(tracking_uri: str, decision: Decision, weights: Path, card: Mapping[str, Any]) -> str:
    """Put the chosen model into the model registry, under the scenario's name; doing it again changes nothing.

    A version is a folder with `weights.safetensors` and `model.json`, an artifact of the run of its trial. A version
    is the same when scenario, candidate, trial, card and weights are: then only the alias `chosen` is moved to it.

    Args:
        tracking_uri: Where MLflow is; see `netwright.tracking.connection.tracking_uri`.
        decision: The decision.
        weights: The chosen model's weights, `DIR/trials/TRIAL_ID/weights.safetensors`: the folder names the trial.
        card: What else is needed to rebuild and use the model, JSON-able, such as its input shape and classes.

    Returns:
        The version's URI, `models:/NAME/VERSION`.

    Raises:
        InputError: The decision chose no candidate.
        StorageError: The weights are missing, or MLflow did not take the model.
    """
    if decision.chosen is None:
        raise InputError(
            f"the decision on {decision.scenario.name!r} chose no candidate, so there is no model to register"
        )
    failures = mlflow_failures()
    try:
        content = _card(decision, weights, card)
        client = connect(tracking_uri)
        version = _version_of(client, content) or _add_version(client, tracking_uri, weights, content)
        client.set_registered_model_alias(content["scenario"], ALIAS, version)
    except failures as error:
        raise StorageError(
            f"the chosen model could not be put into the registry of MLflow at {without_password(tracking_uri)}: "
            f"{reason_of(error)}; its weights are in {weights}, and the same command tries again"
        ) from error
    return f"models:/{content['scenario']}/{version}"


def _card(decision: Decision, weights: Path, card: Mapping[str, Any]) -> dict[str, Any]:
    candidate = next(c for c in decision.scenario.candidates if c.name == decision.chosen)
    return {
        **card,
        "scenario": decision.scenario.name,
        "scenario_hash": decision.scenario_hash,
        "candidate": candidate.name,
        "model": candidate.model,
        "options": candidate.options,
        "recipe": candidate.recipe.model_dump(mode="json"),
        "trial": weights.parent.name,
        "weights": WEIGHTS_NAME,
        "weights_sha256": hashlib.sha256(weights.read_bytes()).hexdigest(),
    }


def _tags(content: Mapping[str, Any]) -> dict[str, str]:
    plain = ("candidate", "scenario_hash", "trial", "model", "weights_sha256")
    return {
        **{key: content[key] for key in plain},
        "options": json.dumps(content["options"], sort_keys=True),
        "recipe": json.dumps(content["recipe"], sort_keys=True),
        "card_sha256": hashlib.sha256(_text(content)).hexdigest(),
    }


def _text(content: Mapping[str, Any]) -> bytes:
    return json.dumps(content, indent=2, sort_keys=True).encode() + b"\n"


def _version_of(client: Any, content: Mapping[str, Any]) -> str | None:
    wanted = _tags(content)["card_sha256"]
    token: str | None = None
    while True:
        page = client.search_model_versions(f"name = '{content['scenario']}'", page_token=token)
        found = next((version for version in page if version.tags.get("card_sha256") == wanted), None)
        token = page.token
        if found is not None or not token:
            return str(found.version) if found is not None else None


def _add_version(client: Any, uri: str, weights: Path, content: Mapping[str, Any]) -> str:
    tags = _tags(content)
    run = _run_of(client, experiment_of(client, uri, content["scenario"]), content)
    # one folder a version: a run may carry several, and none may change after it was registered
    folder = f"model-{tags['card_sha256'][:12]}"
    with TemporaryDirectory() as place:
        shutil.copyfile(weights, Path(place) / WEIGHTS_NAME)
        (Path(place) / CARD_NAME).write_bytes(_text(content))
        client.log_artifacts(run.info.run_id, place, folder)
    if not client.search_registered_models(f"name = '{content['scenario']}'"):
        client.create_registered_model(content["scenario"])
    version = client.create_model_version(
        content["scenario"], f"{run.info.artifact_uri}/{folder}", run.info.run_id, tags
    )
    return str(version.version)


def _run_of(client: Any, experiment: str, content: Mapping[str, Any]) -> Any:
    """Return the newest run of the trial, or a run of the model's own where the mirror has not written one."""
    tags = {TAG_SCENARIO: content["scenario_hash"], TAG_TRIAL: content["trial"]}
    wanted = " and ".join(f"tags.`{key}` = '{value}'" for key, value in tags.items())
    runs = client.search_runs([experiment], wanted, max_results=1, order_by=["attributes.start_time DESC"])
    if runs:
        return runs[0]
    run = client.create_run(experiment, tags=tags, run_name=content["trial"])
    client.set_terminated(run.info.run_id)
    return run
