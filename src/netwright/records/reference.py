"""The reference: what the data looked like on which a decision was made, for whoever watches for drift."""

from typing import Annotated, Literal

from pydantic import Field

from netwright.records.record import Record, Rows


class FeatureReference(Record):
    """The distribution of one watched number over the reference samples, as counts in bins.

    Bin 0 holds values x < edges[0], bin i those with edges[i-1] <= x < edges[i], the last of them x >= edges[-1]; one
    more bin at the end counts missing values (NaN).

    Args:
        name: The feature, such as `brightness`, `confidence` or `embedding 3`.
        group: What it belongs to: the input, the prediction, or the embedding.
        edges: Inner edges of the bins, ascending.
        counts: Reference samples in each bin; len(edges) + 2 of them.
        mean: Of the values that are not missing.
        spread: Their standard deviation; 0 where all are equal.
    """

    name: str
    group: Literal["input", "prediction", "embedding"] = "input"
    edges: tuple[float, ...]
    counts: tuple[Annotated[int, Field(ge=0)], ...]
    mean: float
    spread: float


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
