"""The reference: what the data looked like on which a decision was made, for whoever watches for drift."""

from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from netwright.records.record import Record, Rows


class FeatureReference(Record):
    """The distribution of one watched number over the reference samples, as counts in bins.

    Bin 0 holds values x < edges[0], bin i those with edges[i-1] <= x < edges[i], the last of them x >= edges[-1]; one
    more bin at the end counts missing values (NaN).

    Args:
        name: The feature, such as `brightness`, `confidence` or `embedding 3`.
        group: What it belongs to: the input, the prediction, or the embedding.
        edges: Inner edges of the bins, ascending.
        counts: Reference samples in each bin; len(edges) + 2 of them. Samples that chose the edges are not counted, so
            that what is counted and what production brings are exchangeable.
        centres: Mean of the reference values in each bin of numbers, len(edges) + 1 of them.
        mean: Of the values that are not missing.
        spread: Their standard deviation; 0 where all are equal.
    """

    name: str
    group: Literal["input", "prediction", "embedding"] = "input"
    edges: tuple[float, ...]
    counts: tuple[Annotated[int, Field(ge=0)], ...]
    centres: tuple[float, ...] = ()
    mean: float
    spread: float

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if len(self.counts) != len(self.edges) + 2:
            raise ValueError(
                f"{len(self.counts)} counts and {len(self.edges)} edges: there are two counts more than edges"
            )
        if any(right <= left for left, right in pairwise(self.edges)):
            raise ValueError("the edges must ascend")
        if self.centres and len(self.centres) != len(self.edges) + 1:
            raise ValueError(
                f"{len(self.centres)} centres and {len(self.edges)} edges: there is one centre more than edges"
            )
        return self


class Reference(Record):
    """What the samples looked like on which a decision was made: the test samples, and the model's answers to them.

    Args:
        data: Name of the data set.
        fingerprint: Of the data set.
        n: How many samples.
        features: The watched numbers, in the order in which events hold them.
        classes: What each label means.
        predicted: How many samples were predicted as each class.
        labelled: How many samples have each label.
        correct: How many predictions were right.
    """

    data: str
    fingerprint: str
    n: int
    features: tuple[FeatureReference, ...]
    classes: tuple[str, ...]
    predicted: tuple[int, ...]
    labelled: tuple[int, ...]
    correct: int

    def table(self) -> tuple[tuple[str, ...], Rows]:
        """Return one row a feature: name, group, mean, spread."""
        rows: Rows = [(one.name, one.group, f"{one.mean:.6g}", f"{one.spread:.6g}") for one in self.features]
        return ("feature", "of", "mean", "spread"), rows
