"""Writing trials into MLflow so that writing one again changes nothing."""

import math
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from netwright.records.scenario import Scenario
from netwright.tracking.connection import sqlite_file
from netwright.tracking.run_facts import TAG_RECORD, TAG_SCENARIO, Metric, RunFacts

_PAGE = 1000


@dataclass(frozen=True)
class Written:
    """A run that is in MLflow.

    Args:
        run_id: MLflow's id of it.
        whole: Whether it was written to its end.
        metrics: The newest value of each of its metrics.
    """

    run_id: str
    whole: bool
    metrics: Mapping[str, float]


class RunWriter:
    """Writes the trials of one scenario; a run is recognised by its trial's content, so nothing is there twice.

    Args:
        client: The `MlflowClient`.
        uri: Where it writes to.
        scenario: The scenario.
    """

    def __init__(self, client: Any, uri: str, scenario: Scenario) -> None:
        self._client = client
        self._experiment = experiment_of(client, uri, scenario.name)
        self._written = dict(_written(client, self._experiment, scenario.digest()))
        self._interrupted: dict[str, str] = {}

    def write(self, facts: RunFacts) -> None:
        """Write a trial, or what is missing of it.

        A run that a kill left half-written is replaced; that of an interrupted trial is replaced once the trial has
        ended. What is replaced goes to MLflow's deleted runs, from where `restore_run` brings it back.

        Args:
            facts: The trial.
        """
        known = self._written.get(facts.record)
        if known is not None and known.whole:
            self._complete(known, facts)
        else:
            if known is not None:
                self._client.delete_run(known.run_id)
            self._create(facts)
        run_id = self._written[facts.record].run_id
        earlier = self._interrupted.pop(facts.name, run_id)
        if earlier != run_id:
            self._client.delete_run(earlier)
        if facts.status == "KILLED":
            self._interrupted[facts.name] = run_id

    def _create(self, facts: RunFacts) -> None:
        now = time.time_ns() // 1_000_000
        run = self._client.create_run(
            self._experiment, start_time=now - round(1000 * facts.seconds), tags=dict(facts.tags), run_name=facts.name
        )
        run_id = run.info.run_id
        self._written[facts.record] = Written(run_id, False, {})
        self._log(run_id, now, (*facts.epochs, *facts.qualities), facts.params, {})
        # the status is what tells a whole run from one that a kill left half-written: it comes last
        self._client.set_terminated(run_id, status=facts.status, end_time=now)
        self._written[facts.record] = Written(run_id, True, {m.key: m.value for m in facts.qualities})

    def _complete(self, known: Written, facts: RunFacts) -> None:
        newer = [m for m in facts.qualities if not _same(known.metrics.get(m.key), m.value)]
        if newer:
            self._log(known.run_id, time.time_ns() // 1_000_000, newer, {}, facts.tags)
            metrics = {**known.metrics, **{m.key: m.value for m in newer}}
            self._written[facts.record] = Written(known.run_id, True, metrics)

    def _log(
        self, run_id: str, now: int, metrics: Sequence[Metric], params: Mapping[str, str], tags: Mapping[str, str]
    ) -> None:
        from mlflow.entities import Metric as MlflowMetric
        from mlflow.entities import Param, RunTag

        # the client splits what is more than the 1000 metrics, 100 parameters and 100 tags of one request
        self._client.log_batch(
            run_id,
            metrics=[MlflowMetric(m.key, m.value, now, m.step) for m in metrics],
            params=[Param(key, value) for key, value in params.items()],
            tags=[RunTag(key, value) for key, value in tags.items()],
            synchronous=True,
        )


def experiment_of(client: Any, uri: str, name: str) -> str:
    """Return the id of the experiment of that name, made if it is missing.

    Args:
        client: The `MlflowClient`.
        uri: Where it writes to; beside a SQLite database, artifacts go to the folder `artifacts`.
        name: The experiment.

    Returns:
        Its id.
    """
    found = client.get_experiment_by_name(name)
    if found is not None:
        return str(found.experiment_id)
    database = sqlite_file(uri)
    place = (database.resolve().parent / "artifacts").as_uri() if database else None
    return str(client.create_experiment(name, artifact_location=place))


def _written(client: Any, experiment: str, scenario_hash: str) -> Iterator[tuple[str, Written]]:
    token: str | None = None
    while True:
        page = client.search_runs(
            [experiment], f"tags.`{TAG_SCENARIO}` = '{scenario_hash}'", max_results=_PAGE, page_token=token
        )
        for run in page:
            whole = run.info.status in {"FINISHED", "FAILED", "KILLED"}
            yield run.data.tags.get(TAG_RECORD, ""), Written(run.info.run_id, whole, run.data.metrics)
        token = page.token
        if not token:
            return


def _same(stored: float | None, value: float) -> bool:
    return stored is not None and (stored == value or (math.isnan(stored) and math.isnan(value)))
