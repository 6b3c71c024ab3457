"""A scenario: data, candidates, the qualities that matter, and the constraints that must hold."""

import hashlib
import json
from typing import Annotated, Literal

from pydantic import Field

from netwright.records.candidate import Candidate
from netwright.records.record import Record

Relation = Literal[">=", "<="]


class Design(Record):
    """Which trials a study runs: every candidate at every size with every seed.

    Args:
        sizes: Training images, ascending; each subset contains the smaller ones.
        seeds: How many seeds; seed s draws the same images for every candidate.
        first_seed: The first seed; the others follow it.
        validation: Images held out of the training part for the epoch curves; never trained on, in no size.
        test: Test images, a fixed stratified part; None is the whole test set.
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
    """

    memory: Annotated[float, Field(gt=0)] = 6 * 2.0**30
    time: Annotated[float, Field(gt=0)] = 600.0


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
    """

    order: Annotated[tuple[str, ...], Field(min_length=1)] = ("accuracy",)
    tolerance: dict[str, float] = Field(default_factory=dict)


class Scenario(Record):
    """The question that a study answers.

    Args:
        name: What it is called.
        task: The kind of prediction.
        data: Name of a data source, or `folder:PATH`.
        design: Sizes, seeds, held-out parts.
        limits: Memory and time of each trial.
        candidates: The models to choose from.
        constraints: What a chosen model must meet.
        preferences: What is better among those.
    """

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", max_length=64)]
    task: Literal["image-classification"]
    data: str
    design: Design
    limits: Limits = Limits()
    candidates: Annotated[tuple[Candidate, ...], Field(min_length=1)]
    constraints: tuple[Constraint, ...] = ()
    preferences: Preferences = Preferences()

    def digest(self) -> str:
        """Return the SHA-256 of the scenario's content, independent of how its file is laid out."""
        canonical = json.dumps(self.model_dump(mode="json"), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()
