"""Moderated variances: three seeds say little about one candidate's spread, the others' spreads say the rest."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, inf, log

import numpy as np
from numpy.typing import NDArray
from scipy.special import digamma, polygamma

FLOOR = 0.01
"""A sample variance below this share of the mean one is raised to it: seeds can agree by chance."""


@dataclass(frozen=True)
class Spread:
    """A variance with the degrees of freedom that it is worth.

    Args:
        variance: The variance of one trial around its candidate's mean.
        freedom: Degrees of freedom of the Student t that belongs to it; infinite where nothing is estimated.
    """

    variance: float
    freedom: float


def moderate(variances: Sequence[float], freedoms: Sequence[int]) -> list[Spread]:
    """Return each variance, shrunk towards what all of them have in common.

    With s0^2 and d0 fitted to all candidates by the moments of log s^2, candidate g gets
    (d0 s0^2 + d_g s_g^2) / (d0 + d_g) with d0 + d_g degrees of freedom. That sum never exceeds the freedom of all
    candidates together. A candidate without freedom of its own (one seed) gets the common variance. Nothing is known,
    and the variance is 0 with infinite freedom, where no candidate has two seeds.

    Source: Smyth 2004, "Linear models and empirical Bayes methods for assessing differential expression", section 6.2.

    Args:
        variances: Sample variance over seeds, one a candidate; ignored where the freedom is 0.
        freedoms: Seeds less one, one a candidate.

    Returns:
        One moderated spread a candidate, in the same order.

    >>> [round(spread.variance, 2) for spread in moderate([1.0, 4.0, 2.0], [2, 2, 2])]
    [1.89, 2.89, 2.22]
    """
    raw = np.array([v for v, d in zip(variances, freedoms, strict=True) if d > 0])
    own = np.array([d for d in freedoms if d > 0], dtype=float)
    total = float(own.sum())
    if not len(raw) or not raw.any():
        return [Spread(0.0, inf) for _ in variances]
    raised = np.maximum(raw, FLOOR * raw.mean())
    if len(raw) == 1:
        return [Spread(float(raised[0]), total) for _ in variances]
    common, weight = _prior(raised, own)
    floor = FLOOR * float(raw.mean())
    return [_shrink(max(v, floor), d, common, min(weight, total - d)) for v, d in zip(variances, freedoms, strict=True)]


def _shrink(variance: float, own: int, common: float, weight: float) -> Spread:
    if own == 0:
        return Spread(common, max(1.0, weight))
    return Spread((weight * common + own * variance) / (weight + own), weight + own)


def _prior(variances: NDArray[np.float64], freedoms: NDArray[np.float64]) -> tuple[float, float]:
    """Return (s0^2, d0) of the scaled inverse chi-square prior."""
    scores = np.log(variances) - digamma(freedoms / 2) + np.log(freedoms / 2)
    middle = float(scores.mean())
    excess = float(scores.var(ddof=1) - polygamma(1, freedoms / 2).mean())
    if excess <= 0:  # no sign that candidates differ in spread: the pooled variance serves them all
        return float(np.average(variances, weights=freedoms)), inf
    half = _inverse_trigamma(excess)
    return exp(middle + float(digamma(half)) - log(half)), 2 * half


def _inverse_trigamma(value: float) -> float:
    """Return x with trigamma(x) = value, by Newton's method from below, which is monotone (Smyth 2004, appendix)."""
    x = 0.5 + 1 / value
    for _ in range(50):
        found = float(polygamma(1, x))
        change = found * (1 - found / value) / float(polygamma(2, x))
        x += change
        if abs(change) < 1e-9 * x:
            break
    return x
