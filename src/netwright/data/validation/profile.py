"""The statistics of a version of a data set: bins that later versions are counted into."""

from collections.abc import Sequence
from math import nan

import numpy as np
from numpy.typing import NDArray

from netwright.data.dataset import Dataset
from netwright.data.validation.columns import Column, Columns
from netwright.records.validation import ColumnProfile, Profile

BINS = 10
_DIGITS = 8


def profile_of(dataset: Dataset, train: Columns) -> Profile:
    """Return the statistics of a data set.

    Args:
        dataset: The data.
        train: What is watched of its training part.

    Returns:
        The profile.
    """
    classes = len(dataset.classes)
    return Profile(
        data=dataset.name,
        fingerprint=dataset.fingerprint,
        samples=dataset.samples,
        shape=dataset.shape,
        classes=dataset.classes,
        train=_counts(dataset.train_labels.numpy(), classes),
        test=_counts(dataset.test_labels.numpy(), classes),
        columns=tuple(map(column_profile, train)),
    )


def column_profile(column: Column) -> ColumnProfile:
    """Return what is kept of one column.

    The edges of a column of numbers are its deciles, each once.

    Args:
        column: The column.

    Returns:
        Its profile.

    >>> column_profile(Column("age", np.array([20.0, 30.0, 40.0, np.nan]))).missing
    0.25
    """
    if column.levels:
        counts = counted(column, levels=column.levels)
        common = max(counts) / max(1, sum(counts))
        return ColumnProfile(
            name=column.name, levels=column.levels, counts=counts, low=nan, high=nan, mean=nan, common=common
        )
    known = column.values[np.isfinite(column.values)]
    if not len(known):
        return ColumnProfile(
            name=column.name, counts=counted(column), low=nan, high=nan, mean=nan, common=min(1.0, len(column.values))
        )
    deciles = np.quantile(known, np.arange(1, BINS) / BINS, method="inverted_cdf")
    edges = tuple(np.unique(deciles).tolist())
    most = int(np.unique(known, return_counts=True)[1].max())
    return ColumnProfile(
        name=column.name,
        edges=edges,
        counts=counted(column, edges),
        low=_rounded(known.min()),
        high=_rounded(known.max()),
        mean=_rounded(known.mean()),
        common=max(most, len(column.values) - len(known)) / len(column.values),
    )


def counted(column: Column, edges: Sequence[float] = (), levels: Sequence[str] = ()) -> tuple[int, ...]:
    """Return how many values of a column fall into each bin of a profile.

    Args:
        column: The column, of any version.
        edges: Inner edges of the bins.
        levels: Words that have a bin of their own, of words; the column may number its words in another order.

    Returns:
        Counts as `ColumnProfile` holds them: the last is that of missing values.

    >>> counted(Column("age", np.array([1.0, 2.0, 3.0, np.nan])), edges=[2.0])
    (1, 2, 1)
    >>> counted(Column("city", np.array([0.0, -1.0, 1.0]), ("Oslo", "Rome")), levels=["Rome"])
    (1, 2, 0)
    """
    known = column.values[~np.isnan(column.values)]
    missing = len(column.values) - len(known)
    if levels:
        words = [column.levels[int(code)] if code >= 0 else None for code in range(-1, len(column.levels))]
        each = np.bincount(known.astype(np.int64) + 1, minlength=len(words)).tolist()
        found = dict(zip(words, each, strict=True))
        named = [found.get(level, 0) for level in levels]
        return (*named, len(known) - sum(named), missing)
    bins = np.bincount(np.searchsorted(np.asarray(edges), known, side="right"), minlength=len(edges) + 1)
    return (*bins.tolist(), missing)


def _counts(labels: NDArray[np.int64], classes: int) -> tuple[int, ...]:
    valid = labels[(labels >= 0) & (labels < classes)]
    return tuple(np.bincount(valid, minlength=classes).tolist())


def _rounded(value: float) -> float:
    # what was encoded as float32 comes back with its error: figures for people need no more digits
    return float(f"{value:.{_DIGITS}g}")
