"""Scalability percent: how much of what the best candidate can do a candidate does over all sizes, and how surely."""

from dataclasses import dataclass

import numpy as np

from netwright.records.curve import Curve
from netwright.records.errors import InputError
from netwright.records.scalability import Estimate
from netwright.scaling.binomial import share_draws
from netwright.scaling.estimate import estimate
from netwright.scaling.observations import Floats

_DRAWS = 1000
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(16)


@dataclass(frozen=True)
class Yardstick:
    """What the candidates of one study are held against.

    Args:
        sizes: Smallest and largest training size of the study.
        best: Curve of the candidate with the smallest error at the largest size (`best_of`).
        chance: Accuracy of a model that learned nothing: the share of the most frequent class.
        target: The error that suitable sizes must reach.
        gain: The smallest difference of error that matters.
    """

    sizes: tuple[int, int]
    best: Curve
    chance: float
    target: float
    gain: float


def best_of(curves: dict[str, Curve], n: float) -> str:
    """Return the candidate with the smallest median error at n training samples; among equals the first.

    Args:
        curves: Candidate -> curve, at least one.
        n: Training samples.

    Returns:
        Its name.

    >>> made = {"sizes": (50, 200), "errors": ((), ()), "n0": 100, "a": 0.1, "b": 0.5, "c": 0.0, "noise": 0.0}
    >>> good, bad = (Curve(**made, draws=((a, 0.5, 0.0),)) for a in (0.1, 0.2))
    >>> best_of({"bad": bad, "good": good}, 200)
    'good'
    """
    return min(curves, key=lambda name: estimate(curves[name].at(n))[0])


def scalability_percent(curve: Curve, yardstick: Yardstick, completed: int, trials: int) -> Estimate:
    """Return the scalability percent of a candidate.

    100 x completion rate x mean over ln n of (q(n) - chance)/(q_best - chance), q = 1 - e, over the study's sizes;
    q_best is the accuracy of the best candidate at the largest size. Every draw takes one draw of the curve, the same
    draw of the best candidate's (so that the best one is compared with itself, not with its noise), and one of the
    completion rate; the mean is held between 0 and 1. The value is that of the observed completion rate.

    Args:
        curve: The candidate's curve.
        yardstick: Sizes, best candidate and chance of the study.
        completed: How many of its trials ended well.
        trials: How many ended.

    Returns:
        (value, low, high), 0 to 100.

    Raises:
        InputError: The best candidate is no better than chance, or there is no trial.

    Source: the scalability paper, table IV, "scalability percent", which it states without a definition.

    >>> made = {"sizes": (50, 200), "errors": ((), ()), "n0": 100, "a": 0.1, "b": 0.5, "c": 0.0, "noise": 0.0}
    >>> flat = Curve(**made, draws=((0.0, 0.5, 0.4),))
    >>> best = Curve(**made, draws=((0.0, 0.5, 0.2),))
    >>> held = Yardstick(sizes=(50, 200), best=best, chance=0.1, target=0.2, gain=0.005)
    >>> value, low, high = scalability_percent(flat, held, completed=15, trials=15)
    >>> round(value, 4)  # (0.6 - 0.1)/(0.8 - 0.1)
    71.4286
    """
    share = _mean_share(curve, yardstick)
    # few draws of a curve must not hide what the trials leave open
    draws = np.resize(share, max(len(share), _DRAWS))
    draws = draws * share_draws(completed, trials, len(draws))
    value = completed / trials * estimate(share)[0]
    _, low, high = estimate(draws)
    if completed == trials:
        # nothing failed: completion is 1 at best, as in its own interval
        high = estimate(share)[2]
    return 100 * value, 100 * min(low, value), 100 * max(high, value)


def _mean_share(curve: Curve, yardstick: Yardstick) -> Floats:
    first, last = np.log(yardstick.sizes)
    best = 1 - np.asarray(yardstick.best.at(yardstick.sizes[1])) - yardstick.chance
    if not np.median(best) > 0:
        found = f"the best candidate's accuracy at n = {yardstick.sizes[1]} is {np.median(best) + yardstick.chance:.3f}"
        raise InputError(
            f"{found}, no better than chance, {yardstick.chance:.3f}; no percentage of that means anything"
        )
    sizes = np.exp((first + last) / 2 + _NODES * (last - first) / 2)
    errors = sum(weight / 2 * np.asarray(curve.at(float(n))) for n, weight in zip(sizes, _WEIGHTS, strict=True))
    above = 1 - np.asarray(errors) - yardstick.chance
    if curve != yardstick.best:
        # all curves are drawn from the same evenly spread points: side by side, their noise would seem to be shared
        best = np.random.default_rng(len(best)).permutation(best)
    return np.asarray(np.clip(above / np.maximum(np.resize(best, above.shape), 1e-9), 0.0, 1.0))
