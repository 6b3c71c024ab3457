"""What MLflow is told about a trial: its parameters, metrics and tags, as plain values."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from netwright.records.candidate import Candidate
from netwright.records.measurement import Conditions, Measurement
from netwright.records.scenario import Scenario
from netwright.records.trial import Epoch, Outcome, TrialResult

TAG_SCENARIO = "netwright.scenario_hash"
TAG_TRIAL = "netwright.trial"
TAG_RECORD = "netwright.record"

_STATUS = {Outcome.OK: "FINISHED", Outcome.INTERRUPTED: "KILLED"}
_EPOCH_METRICS = ("train_loss", "validation_loss", "validation_accuracy", "lr", "seconds", "memory")
_LONGEST_TAG = 5000


@dataclass(frozen=True)
class Metric:
    """One value of a metric.

    Args:
        key: Its name.
        value: The value, in the base unit.
        step: The epoch, counted from 1; 0 where it belongs to the trial as a whole.
    """

    key: str
    value: float
    step: int = 0


@dataclass(frozen=True)
class RunFacts:
    """What MLflow is told about one trial.

    Args:
        name: The run's name, the trial's id.
        status: How MLflow calls its outcome: FINISHED, KILLED or FAILED.
        params: What was chosen: candidate, model, options, recipe, size, seed, data.
        epochs: The metrics of every epoch.
        qualities: The metrics of every measured quality: value, low, high, n.
        tags: Outcome, detail, conditions, and whose run this is.
        seconds: How long the trial took.
    """

    name: str
    status: str
    params: Mapping[str, str]
    epochs: tuple[Metric, ...]
    qualities: tuple[Metric, ...]
    tags: Mapping[str, str]
    seconds: float

    @property
    def record(self) -> str:
        """What the same result is recognised by, whether or not more was measured on its weights since."""
        return self.tags[TAG_RECORD]


def run_facts(result: TrialResult, scenario: Scenario, conditions: Conditions | None) -> RunFacts:
    """Return what MLflow is told about a trial.

    Args:
        result: What became of the trial.
        scenario: The scenario it belongs to.
        conditions: The study's circumstances, for trials that ended before anything was measured.

    Returns:
        The facts.
    """
    candidate = next((c for c in scenario.candidates if c.name == result.candidate), None)
    circumstances = next((m.conditions for m in result.measurements), conditions)
    whole = (
        Metric("trial.seconds", result.seconds),
        Metric("trial.lost_seconds", result.lost_seconds),
        Metric("trial.attempts", float(result.attempts)),
    )
    return RunFacts(
        name=result.trial,
        status=_STATUS.get(result.outcome, "FAILED"),
        params={"candidate": result.candidate, "size": str(result.size), "seed": str(result.seed)}
        | {"data": scenario.data}
        | (_candidate_params(candidate) if candidate else {}),
        epochs=tuple(metric for epoch in result.epochs for metric in _epoch_metrics(epoch)),
        qualities=(*whole, *_quality_metrics(result.measurements)),
        tags=_tags(result, scenario) | (_condition_tags(circumstances, result) if circumstances else {}),
        seconds=result.seconds,
    )


def record_of(result: TrialResult) -> str:
    """Return the SHA-256 of a result without its measurements, which grow while its epochs and times stay."""
    return hashlib.sha256(result.model_copy(update={"measurements": ()}).to_json().encode()).hexdigest()


def _candidate_params(candidate: Candidate) -> dict[str, str]:
    options = {f"options.{key}": json.dumps(value) for key, value in candidate.options.items()}
    recipe = {f"recipe.{key}": str(value) for key, value in candidate.recipe}
    return {"model": candidate.model} | options | recipe


def _epoch_metrics(epoch: Epoch) -> Iterable[Metric]:
    return (Metric(f"epoch.{name}", float(getattr(epoch, name)), epoch.index) for name in _EPOCH_METRICS)


def _quality_metrics(measurements: Iterable[Measurement]) -> Iterable[Metric]:
    for measured in measurements:
        yield Metric(measured.quality, measured.value)
        yield Metric(f"{measured.quality}.low", measured.low)
        yield Metric(f"{measured.quality}.high", measured.high)
        yield Metric(f"{measured.quality}.n", float(measured.n))


def _tags(result: TrialResult, scenario: Scenario) -> dict[str, str]:
    units = {measured.quality: measured.unit for measured in result.measurements}
    notes = {measured.quality: measured.notes for measured in result.measurements if measured.notes}
    tags = {
        "netwright.scenario": scenario.name,
        TAG_SCENARIO: scenario.digest(),
        TAG_TRIAL: result.trial,
        TAG_RECORD: record_of(result),
        "outcome": result.outcome.value,
        "detail": result.detail,
        "units": json.dumps(units),
        "notes": json.dumps(notes) if notes else "",
        "weights": result.weights or "",
    }
    # MLflow takes no longer tags, and some of its stores no empty ones
    return {key: value[:_LONGEST_TAG] for key, value in tags.items() if value}


def _condition_tags(conditions: Conditions, result: TrialResult) -> dict[str, str]:
    tags = {
        "conditions.hardware": conditions.hardware,
        "conditions.device": conditions.device,
        "conditions.threads": str(conditions.threads),
        "conditions.versions": json.dumps(conditions.versions),
        "conditions.seed": str(result.seed),
        "conditions.data": conditions.data or "",
    }
    return {key: value[:_LONGEST_TAG] for key, value in tags.items() if value}
