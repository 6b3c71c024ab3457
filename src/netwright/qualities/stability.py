"""Stability: how much another seed would change a model's accuracy and its answers."""

from collections.abc import Mapping, Sequence
from itertools import combinations
from math import sqrt
from statistics import stdev

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.stats import chi2

from netwright.qualities.found import Found, not_measured
from netwright.qualities.intervals import mean_interval, wilson_interval
from netwright.qualities.seeds import Seeds
from netwright.records.errors import InputError
from netwright.records.measurement import LEVEL, Conditions, Measurement

SPREAD, CHURN = "stability.spread", "stability.churn"
WORST = 1.0


def accuracy_spread(accuracies: Sequence[float], *, conditions: Conditions) -> Measurement:
    """Return the standard deviation of accuracy between trainings that differ in their seed alone.

    s = sqrt(sum (a_i - mean)^2 / (S - 1)); with normal accuracies (S - 1) s^2 / sigma^2 is chi-square of S - 1 degrees
    of freedom, which gives the interval. Over three seeds it reaches from 0.6 s to 4.4 s: a small spread over few seeds
    says little. The sampling of test images is no part of it, as all seeds see the same ones.
    Source: Bouthillier et al. 2021, "Accounting for Variance in Machine Learning Benchmarks".

    Args:
        accuracies: One a seed, at least two.
        conditions: The circumstances.

    Returns:
        The measurement `stability.spread`, a ratio, with n = seeds.

    Raises:
        InputError: There are fewer than two seeds.

    >>> found = accuracy_spread([0.80, 0.82, 0.84], conditions=Conditions(hardware="any"))
    >>> round(found.value, 3), round(found.low, 4), round(found.high, 4)
    (0.02, 0.0116, 0.0883)
    """
    n = len(accuracies)
    if n < 2:
        raise InputError(f"found {n} seeds; a spread takes at least 2")
    value = stdev(accuracies)  # exact where all are alike
    tail = (1 - LEVEL) / 2
    low, high = (value * sqrt((n - 1) / float(chi2.ppf(share, n - 1))) for share in (1 - tail, tail))
    alike = ("every seed has the same accuracy: the interval cannot show the uncertainty",) if value == 0 else ()
    return Measurement(
        quality=SPREAD,
        value=value,
        low=low,
        high=min(high, WORST),
        n=n,
        unit="ratio",
        conditions=conditions,
        notes=alike,
    )


def churn(predictions: Mapping[int, NDArray[np.int64]], *, conditions: Conditions) -> Measurement:
    """Return the share of test samples on which two trainings answer differently, averaged over the pairs of seeds.

    churn = mean over pairs (s, t) of (1/N) sum_i [answer_s(x_i) != answer_t(x_i)] (Milani Fard et al. 2016, section 2).
    Two models of the same accuracy may be wrong on different samples, which users see at every retraining. The interval
    is the normal one of a mean over samples, for these seeds: what other seeds would do is not in it.

    Args:
        predictions: Seed -> predicted classes, (N,), of the same samples; at least two seeds.
        conditions: The circumstances.

    Returns:
        The measurement `stability.churn`, a ratio, with n = N.

    Raises:
        InputError: There are fewer than two seeds, or they were tested on different numbers of samples.

    >>> answers = {0: np.array([0, 1, 1, 0]), 1: np.array([0, 1, 0, 0])}
    >>> churn(answers, conditions=Conditions(hardware="any")).value
    0.25
    """
    answers = [predictions[seed] for seed in sorted(predictions)]
    if len(answers) < 2 or len({len(answer) for answer in answers}) != 1 or len(answers[0]) == 0:
        raise InputError(
            f"found predictions of {len(answers)} seeds on {sorted({len(answer) for answer in answers})} samples; "
            "pass two seeds or more, all on the same samples"
        )
    pairs = list(combinations(answers, 2))
    apart = torch.from_numpy(np.mean([one != other for one, other in pairs], axis=0))
    value, n = float(apart.mean()), len(apart)
    low, high = mean_interval(apart, 0.0, WORST)
    if low == high:  # the seeds agree on all samples, or differ on all, which no sample of samples is sure of
        low, high = wilson_interval(round(value * n), n)
    return Measurement(
        quality=CHURN,
        value=value,
        low=min(low, value),
        high=max(high, value),
        n=n,
        unit="ratio",
        conditions=conditions,
        notes=(f"over {len(pairs)} pairs of {len(answers)} seeds; what other seeds would do is not in the interval",),
    )


def measure(seeds: Seeds) -> tuple[Found, ...]:
    """Return the spread of accuracy between seeds, and how far their answers differ.

    Args:
        seeds: The trials of one candidate at one size.

    Returns:
        Two answers.
    """
    accuracies = seeds.of("accuracy")
    if len(accuracies) < 2:
        few = f"{len(accuracies)} trials measured an accuracy; a spread takes two seeds"
        return not_measured(few, SPREAD, CHURN)
    shared = accuracies[0].conditions.model_copy(update={"seed": None})
    spread = accuracy_spread([accuracy.value for accuracy in accuracies], conditions=shared)
    if len(seeds.predictions) < 2:
        return spread, *not_measured("the predictions of two seeds are not at hand", CHURN)
    return spread, churn(seeds.predictions, conditions=shared)
