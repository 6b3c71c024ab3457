"""A scenario: data, candidates, the qualities that matter, and the constraints that must hold."""

import hashlib
import json
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from netwright.records.candidate import Candidate
from netwright.records.record import Record

Relation = Literal[">=", "<="]
Task = Literal["image-classification", "tabular-classification", "text-classification", "video-classification"]
Backend = Literal["eager", "compile", "onnx"]


class Design(Record):
    """Which trials a study runs: every candidate at every size with every seed.

    Args:
        sizes: Training samples, ascending; each subset contains the smaller ones.
        seeds: How many seeds; seed s draws the same images for every candidate.
        first_seed: The first seed; the others follow it.
        validation: Images held out of the training part for the epoch curves; never trained on, in no size.
        test: Test samples, a fixed stratified part; None is the whole test set.
    """

    sizes: Annotated[tuple[Annotated[int, Field(ge=2)], ...], Field(min_length=1)]
    seeds: Annotated[int, Field(ge=1, le=100)] = 3
    first_seed: Annotated[int, Field(ge=0)] = 0
    validation: Annotated[int, Field(ge=1)] = 500
    test: Annotated[int, Field(ge=1)] | None = None


class Limits(Record):
    """What one trial may use.

    Args:
        memory: Bytes.
        time: Seconds, over all attempts.
        retries: How often a trial whose process died is started again from its last checkpoint.
    """

    memory: Annotated[float, Field(gt=0)] = 6 * 2.0**30
    time: Annotated[float, Field(gt=0)] = 600.0
    retries: Annotated[int, Field(ge=0, le=10)] = 1


class Constraint(Record):
    """A hard limit on a quality.

    Args:
        quality: Name of the quality.
        relation: `>=` or `<=`.
        bound: The limit, in the quality's base unit.
        text: The limit as the scenario wrote it.
    """

    quality: str
    relation: Relation
    bound: float
    text: str


class Preferences(Record):
    """What is better among candidates that meet the constraints.

    Args:
        order: Qualities, the most important first.
        tolerance: Quality -> difference, in its base unit, that does not count.
        weights: Quality -> weight of a weighted utility, beside the lexicographic order; positive, summing to 1.
        anchors: Quality -> (worst, best) in its base unit, where its utility is 0 and 1.
    """

    order: Annotated[tuple[str, ...], Field(min_length=1)] = ("accuracy",)
    tolerance: dict[str, float] = Field(default_factory=dict)
    weights: dict[str, float] = Field(default_factory=dict)
    anchors: dict[str, tuple[float, float]] = Field(default_factory=dict)


class Stopping(Record):
    """When to spend no more on what cannot win.

    Args:
        wanted: The accuracy that is enough: a training at the largest size ends where the slope of its accuracy says
            that this is reached or out of reach; None lets each run to its end.
        patience: Epochs whose slope is looked at.
        confidence: How sure it must be that a candidate cannot be chosen before its larger trials are left out.
    """

    wanted: Annotated[float, Field(gt=0, le=1)] | None = None
    patience: Annotated[int, Field(ge=2)] = 4
    confidence: Annotated[float, Field(ge=0.5, lt=1)] = 0.95


class Modify(Record):
    """A search for a better form of a candidate.

    Args:
        budget: Proposals to try: half change the number of layers, 30% values, 20% which hyper-parameters are used.
        base: The candidate to modify; None is the chosen one, or else the most accurate one that can be modified.
        size: Training samples of each proposal; None is half the largest size.
    """

    budget: Annotated[int, Field(ge=1, le=10_000)]
    base: str | None = None
    size: Annotated[int, Field(ge=2)] | None = None


class Rates(Record):
    """What a study cannot measure and must be told, with values to start from.

    Args:
        cpu_hour: Price of one hour of one core, in US dollars.
        carbon: Emissions of the electricity, in kilograms of CO2 a kilowatt-hour.
        watts: Power of one busy core, in watts, where no counter measures it.
    """

    cpu_hour: Annotated[float, Field(ge=0)] = 0.04
    carbon: Annotated[float, Field(ge=0)] = 0.475
    watts: Annotated[float, Field(gt=0)] = 10.0


class Scenario(Record):
    """The question that a study answers.

    Args:
        name: What it is called.
        task: The kind of prediction.
        data: Name of a data source, or an address such as `folder:PATH`.
        design: Sizes, seeds, held-out parts.
        limits: Memory and time of each trial.
        candidates: The models to choose from.
        constraints: What a chosen model must meet.
        preferences: What is better among those.
        qualities: Qualities to measure beside the standard ones and those that constraints and preferences name.
        backends: Ways to run the trained models that are compared: `eager`, `compile`, `onnx`.
        group: The column whose groups are compared for fairness, of data that has such columns.
        stopping: When to spend no more on what cannot win; None runs the whole design.
        modify: A search for a better form of a candidate after the study; None for none.
        rates: Prices and emissions that cannot be measured here.
        dynamics: Whether every training is watched through its symmetries.
    """

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", max_length=64)]
    task: Task
    data: str
    design: Design
    limits: Limits = Limits()
    candidates: Annotated[tuple[Candidate, ...], Field(min_length=1)]
    constraints: tuple[Constraint, ...] = ()
    preferences: Preferences = Preferences()
    qualities: tuple[str, ...] = ()
    backends: tuple[Backend, ...] = ()
    group: str | None = None
    stopping: Stopping | None = None
    modify: Modify | None = None
    rates: Rates = Rates()
    dynamics: bool = False

    @model_validator(mode="after")
    def _check_bases(self) -> Self:
        trained = {candidate.name: candidate for candidate in self.candidates if candidate.prune is None}
        for candidate in self.candidates:
            base = trained.get(candidate.trained_as)
            what = {"model", "options", "recipe"}
            if base is None or candidate.model_dump(include=what) != base.model_dump(include=what):
                message = (
                    f"candidate {candidate.name!r} is pruned from {candidate.trained_as!r}, which must be a candidate"
                )
                raise ValueError(f"{message} that is trained, with the same model, options and recipe")
        return self

    def digest(self) -> str:
        """Return the SHA-256 of the scenario's content, independent of how its file is laid out."""
        canonical = json.dumps(self.model_dump(mode="json"), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()
