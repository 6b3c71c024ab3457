"""Answers counted: which class is taken for which, and which classes a model leans towards."""

from collections.abc import Sequence
from math import sqrt
from statistics import NormalDist
from typing import Literal

from torch import Tensor

from netwright.qualities.intervals import Z, mean_interval, wilson_interval
from netwright.qualities.predictions import check_predictions
from netwright.qualities.top_k import true_rank
from netwright.records.errors import InputError
from netwright.records.evaluation import AWAY, TOWARDS, Answers, ClassAnswers, Rate
from netwright.records.measurement import LEVEL

TOP = 5


def count_answers(
    probabilities: Tensor, labels: Tensor, classes: Sequence[str], *, samples: str = "samples", pieces: int = 1
) -> Answers:
    """Return the answers to test samples, counted class by class.

    Top-1 and top-5 as `accuracy` and `top_k_accuracy` have them; recall_k = n_kk / n_k., precision_k = n_kk / n_.k of
    the confusion matrix n_ij; all intervals are Wilson's. The lean of class k is (n_.k - n_k.)/N, which is (answered k
    and not of it - of it and not answered k)/N; its interval is Agresti and Min's (2005) for paired shares: half a
    sample is added to each of the four cells, then Wald's.

    Args:
        probabilities: Predicted probabilities, (N, K).
        labels: True classes, (N,).
        classes: What each label means.
        samples: What the samples are, in the plural.
        pieces: Successive samples that were cut from one: they are alike, so that the intervals of top-1 and top-5 are
            those of the mean over what they were cut from.

    Returns:
        The counts.

    Raises:
        InputError: There are not as many classes as columns, or the samples are no multiple of the pieces.

    >>> import torch
    >>> sure = torch.tensor([[0.9, 0.1], [0.8, 0.2], [0.6, 0.4], [0.3, 0.7]])
    >>> found = count_answers(sure, torch.tensor([0, 0, 1, 1]), ("cat", "dog"))
    >>> found.confusion, found.top1.value, found.by_class[0].lean
    (((2, 0), (1, 1)), 0.75, 0.25)
    """
    sure, truth = check_predictions(probabilities, labels)
    count = sure.shape[1]
    if count != len(classes) or len(truth) % pieces:
        raise InputError(
            f"found {len(truth)} probabilities of {count} classes; pass the names of as many classes as columns, not "
            f"{len(classes)}, and {pieces} successive samples of each"
        )
    rank = true_rank(sure, truth)
    table = (truth * count + sure.argmax(1)).bincount(minlength=count * count).reshape(count, count)
    level = NormalDist().inv_cdf(1 - (1 - LEVEL) / (2 * count))
    return Answers(
        samples=samples,
        top1=_share(rank < 1, pieces),
        top5=_share(rank < TOP, pieces) if count > TOP else None,
        confusion=tuple(tuple(row) for row in table.tolist()),
        by_class=tuple(_of_class(name, table, label, level) for label, name in enumerate(classes)),
    )


def lean_interval(over: int, under: int, n: int, z: float = Z) -> tuple[float, float]:
    """Return the interval of the difference between two shares of the same samples.

    With o the samples that have only the first property and u those that have only the second, d = (o - u)/(n + 2) and
    s^2 = (o + u + 1 - (o - u)^2/(n + 2))/(n + 2)^2, the interval is d -+ z s.

    Args:
        over: o.
        under: u.
        n: Of how many samples, at least 1.
        z: Half the width in standard deviations.

    Returns:
        (low, high), within [-1, 1].

    Source: Agresti and Min 2005, "Simple improved confidence intervals for comparing matched proportions", section 2.

    >>> [round(end, 3) for end in lean_interval(12, 2, 100, z=1.96)]
    [0.026, 0.17]
    """
    total, difference = n + 2, over - under
    half = z * sqrt(over + under + 1 - difference**2 / total) / total
    return max(-1.0, difference / total - half), min(1.0, difference / total + half)


def _share(right: Tensor, pieces: int) -> Rate:
    hits, n = int(right.sum()), len(right)
    low, high = wilson_interval(hits, n)
    if pieces > 1:
        low, high = mean_interval(right.double().reshape(-1, pieces).mean(1), 0.0, 1.0)
        if low == high:  # all are alike, which no sample is sure of
            low, high = wilson_interval(hits // pieces, n // pieces)
    return Rate(hits=hits, n=n, low=min(low, hits / n), high=max(high, hits / n))


def _of_class(name: str, table: Tensor, label: int, level: float) -> ClassAnswers:
    right, true, answered = int(table[label, label]), int(table[label].sum()), int(table[:, label].sum())
    n = int(table.sum())
    apart = answered - right, true - right, n
    low, high = lean_interval(*apart)
    wide_low, wide_high = lean_interval(*apart, level)
    leans: Literal["towards", "away", ""] = TOWARDS if wide_low > 0 else AWAY if wide_high < 0 else ""
    return ClassAnswers(
        name=name,
        recall=_rate(right, true),
        precision=_rate(right, answered),
        lean=(answered - true) / n,
        lean_low=low,
        lean_high=high,
        leans=leans,
    )


def _rate(hits: int, n: int) -> Rate:
    low, high = wilson_interval(hits, n) if n else (0.0, 1.0)
    return Rate(hits=hits, n=n, low=low, high=high)
