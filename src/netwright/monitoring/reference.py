"""Building the reference: what the test samples looked like, and what the model said of them."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from netwright.monitoring.drift.bins import Bins, choose_edges
from netwright.records.drift import Group
from netwright.records.errors import InputError
from netwright.records.reference import FeatureReference, Reference

CHOOSING = 0.25
"""Share of the samples that choose edges (and projections), and are not counted."""
LEAST = 16
"""Samples that a reference needs."""


def choosing(n: int, seed: int = 0) -> NDArray[np.bool_]:
    """Return which samples choose how the others are looked at.

    Edges of bins, a vocabulary, principal components: what is fitted to some samples treats them otherwise than samples
    to come. Only samples that chose nothing are exchangeable with production, and only they are counted.

    Args:
        n: How many samples there are.
        seed: Of the draw.

    Returns:
        (N,), True for a quarter of them.

    >>> int(choosing(100).sum())
    25
    """
    chosen = np.zeros(n, bool)
    chosen[np.random.default_rng(seed).permutation(n)[: int(CHOOSING * n)]] = True
    return chosen


def build_reference(
    numbers: NDArray[np.float32],
    features: Sequence[tuple[str, Group]],
    labels: NDArray[np.int64],
    predicted: NDArray[np.int64],
    classes: Sequence[str],
    data: str,
    fingerprint: str,
    seed: int = 0,
) -> Reference:
    """Return the reference of test samples.

    Args:
        numbers: (N, F) watched numbers.
        features: Name and group of each.
        labels: (N,) indexes of classes.
        predicted: (N,) indexes of classes.
        classes: What each label means.
        data: Name of the data set.
        fingerprint: Of the data set.
        seed: Of the draw of the samples that choose the edges, see `choosing`.

    Returns:
        The reference.

    Raises:
        InputError: Too few samples, or counts of samples or features that do not agree.
    """
    if len(numbers) < LEAST:
        raise InputError(f"a reference needs at least {LEAST} samples, found {len(numbers)}: hand in the test samples")
    if numbers.shape != (len(labels), len(features)) or len(labels) != len(predicted):
        raise InputError(
            f"numbers of shape {numbers.shape}, {len(features)} features, {len(labels)} labels and {len(predicted)} "
            "predictions do not agree: hand in one number a sample and feature, one label and prediction a sample"
        )
    chosen = choosing(len(numbers), seed)
    watched = numbers.astype(np.float32)
    return Reference(
        data=data,
        fingerprint=fingerprint,
        n=len(numbers),
        features=tuple(
            _feature(name, group, watched[chosen, column], watched[~chosen, column])
            for column, (name, group) in enumerate(features)
        ),
        classes=tuple(classes),
        predicted=tuple(np.bincount(predicted, minlength=len(classes)).tolist()),
        labelled=tuple(np.bincount(labels, minlength=len(classes)).tolist()),
        correct=int((labels == predicted).sum()),
    )


def _feature(name: str, group: Group, chose: NDArray[np.float32], counted: NDArray[np.float32]) -> FeatureReference:
    edges = choose_edges(chose)
    finite = counted[np.isfinite(counted)].astype(np.float64)
    mean, spread = (float(finite.mean()), float(finite.std())) if len(finite) else (0.0, 0.0)
    counts = np.zeros(len(edges) + 2, np.int64)
    empty = FeatureReference(
        name=name, group=group, edges=edges, counts=tuple(counts.tolist()), mean=mean, spread=spread
    )
    counts += np.bincount(Bins((empty,)).of(counted[:, None])[:, 0], minlength=len(counts))
    return FeatureReference(
        name=name,
        group=group,
        edges=edges,
        counts=tuple(counts.tolist()),
        centres=_centres(finite, np.array(edges), mean),
        mean=mean,
        spread=spread,
    )


def _centres(values: NDArray[np.float64], edges: NDArray[np.float64], mean: float) -> tuple[float, ...]:
    """Return the mean of the values in each bin; in an empty one its nearest edge."""
    if not len(edges):
        return (mean,)
    homes = np.searchsorted(edges, values, "right")
    counts = np.bincount(homes, minlength=len(edges) + 1)
    sums = np.bincount(homes, weights=values, minlength=len(edges) + 1)
    nearest = np.concatenate([edges[:1], edges])
    return tuple(np.where(counts > 0, sums / np.maximum(counts, 1), nearest).tolist())
