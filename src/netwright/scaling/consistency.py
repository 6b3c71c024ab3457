"""Epoch consistency: how steadily accuracy rises over the epochs of a candidate's trainings."""

from collections.abc import Sequence
from math import ceil
from statistics import fmean

import numpy as np

from netwright.records.consistency import Consistency
from netwright.records.errors import InputError
from netwright.scaling.observations import Floats
from netwright.scaling.phases import find_phases

WARM_UP = 0.25
"""Share of the epochs that is left out at the start: there, accuracy jumps whatever the model is."""


def consistency(candidate: str, size: int, accuracies: Sequence[Sequence[float]]) -> Consistency:
    """Return how steady the trainings of one candidate at one size were.

    The warm-up is the first quarter of the epochs (rounded up) of the longest training. After it, for each training:
    the median of |accuracy(k) - accuracy(k - 1)|; the largest fall below the best so far; the steadiness,
    1 - (sum of falls)/(sum of |changes|). The record states their means over the trainings. The phases are those of
    the mean curve, warm-up included: the changes of each epoch are averaged over the trainings that have it and summed
    up, so that a training that was stopped early leaves no step behind.

    Args:
        candidate: The candidate.
        size: Training samples.
        accuracies: One row a training: validation accuracy after each epoch. A training needs two epochs after the
            warm-up; shorter ones, and those with a value that is not finite, are left out.

    Returns:
        The consistency.

    Raises:
        InputError: No training is long enough.

    Source: the scalability paper, table II, "epoch-wise analysis", and section III.D, "epoch consistency".

    >>> steady = consistency("mlp", 1000, [[0.2, 0.5, 0.7, 0.6, 0.8, 0.9]])
    >>> steady.warm_up, round(steady.median_change, 3), round(steady.draw_down, 3), round(steady.steadiness, 3)
    (2, 0.1, 0.1, 0.75)
    """
    warm_up, rows = _usable(accuracies)
    if not rows:
        raise InputError(
            f"{candidate} has no training at n = {size} with two epochs after its warm-up; "
            f"train for 3 epochs or more: found {', '.join(str(len(row)) for row in accuracies) or 'no training'}"
        )
    after = [row[warm_up:] for row in rows]
    return Consistency(
        candidate=candidate,
        size=size,
        trainings=len(rows),
        warm_up=warm_up,
        median_change=fmean(float(np.median(np.abs(np.diff(row)))) for row in after),
        draw_down=fmean(float(np.max(np.maximum.accumulate(row) - row)) for row in after),
        steadiness=fmean(_steadiness(np.diff(row)) for row in after),
        segments=find_phases(mean_curve(rows).tolist()),
    )


def mean_curve(rows: Sequence[Floats]) -> Floats:
    """Return the mean of curves that need not be equally long, without steps where one ends.

    Args:
        rows: Curves over epochs, at least one, none empty.

    Returns:
        As long as the longest: the mean of the first values plus the summed mean changes.

    >>> mean_curve([np.array([0.0, 1.0]), np.array([2.0, 3.0, 4.0])]).tolist()
    [1.0, 2.0, 3.0]
    """
    longest = max(map(len, rows))
    changes = np.full((len(rows), longest), np.nan)
    for row, values in zip(changes, rows, strict=True):
        row[: len(values)] = np.diff(values, prepend=0.0)
    return np.asarray(np.cumsum(np.nanmean(changes, axis=0)))


def long_enough(accuracies: Sequence[Sequence[float]]) -> bool:
    """Return whether any training has two epochs after the warm-up, so that `consistency` has something to say.

    Args:
        accuracies: One row a training, as for `consistency`.

    Returns:
        True where one has.

    >>> long_enough([[0.2, 0.5]]), long_enough([[0.2, 0.5, 0.7]])
    (False, True)
    """
    return bool(_usable(accuracies)[1])


def _usable(accuracies: Sequence[Sequence[float]]) -> tuple[int, list[Floats]]:
    finite = [np.asarray(row, dtype=float) for row in accuracies if np.isfinite(row).all()]
    warm_up = ceil(WARM_UP * max(map(len, finite), default=0))
    return warm_up, [row for row in finite if len(row) >= warm_up + 2]


def _steadiness(changes: Floats) -> float:
    moved = float(np.abs(changes).sum())
    return 1 - float(-changes[changes < 0].sum()) / moved if moved else 1.0
