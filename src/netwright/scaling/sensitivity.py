"""Parametric tuning: how much of the variation of accuracy each hyper-parameter explains."""

from collections.abc import Mapping, Sequence
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from netwright.records.measurement import LEVEL
from netwright.records.search import Effect

RESAMPLES = 400
FEWEST = 4


def sensitivity(settings: Sequence[Mapping[str, int]], scores: Sequence[float]) -> tuple[Effect, ...]:
    """Return the main effect of every parameter on a score.

    share = omega^2 of a one-way analysis of variance over the parameter's levels (Hays 1963), the share of the
    variance that the level explains, corrected for chance and cut to [0, 1]; its interval comes from resampling the
    settings. slope = the least-squares slope of the score over the level's rank.

    Args:
        settings: Parameter -> level, one a trial.
        scores: One a trial.

    Returns:
        The effects, the largest share first; none where there are fewer than four trials. A parameter that never
        changed is left out.

    >>> settings = [{"depth": d, "lr": l} for d in (0, 1) for l in (0, 1) for _ in range(2)]
    >>> scores = [0.5 + 0.1 * s["depth"] for s in settings]
    >>> effects = sensitivity(settings, scores)
    >>> [(effect.parameter, round(effect.share, 2), abs(round(effect.slope, 2))) for effect in effects]
    [('depth', 1.0, 0.1), ('lr', 0.0, 0.0)]
    """
    values = np.asarray(scores, dtype=float)
    usable = np.isfinite(values)
    values = values[usable]
    if len(values) < FEWEST:
        return ()
    kept = [setting for setting, good in zip(settings, usable, strict=True) if good]
    names = sorted({name for setting in kept for name in setting})
    effects = [_effect(name, np.array([setting[name] for setting in kept]), values) for name in names]
    return tuple(sorted((e for e in effects if e is not None), key=lambda effect: -effect.share))


def _effect(name: str, levels: NDArray[np.int64], scores: NDArray[np.float64]) -> Effect | None:
    if len(np.unique(levels)) < 2:
        return None
    random = np.random.default_rng(crc32(name.encode()))
    chosen = random.integers(0, len(scores), (RESAMPLES, len(scores)))
    shares = np.array([omega_squared(levels[rows], scores[rows]) for rows in chosen])
    low, high = np.quantile(shares, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    share = omega_squared(levels, scores)
    return Effect(
        parameter=name,
        share=share,
        low=min(float(low), share),
        high=max(float(high), share),
        slope=float(np.polyfit(levels, scores, 1)[0]),
        n=len(scores),
    )


def omega_squared(levels: NDArray[np.int64], scores: NDArray[np.float64]) -> float:
    """Return the share of variance that levels explain, corrected for chance.

    omega^2 = (SS_between - (k-1) MS_within)/(SS_total + MS_within), cut to [0, 1]; 0 where nothing varies.

    Args:
        levels: (n,) level of each score.
        scores: (n,).

    Returns:
        The share.

    >>> omega_squared(np.array([0, 0, 1, 1]), np.array([1.0, 1.0, 2.0, 2.0]))
    1.0
    """
    found, inverse, counts = np.unique(levels, return_inverse=True, return_counts=True)
    means = np.bincount(inverse, scores) / counts
    total = float(((scores - scores.mean()) ** 2).sum())
    within = float(((scores - means[inverse]) ** 2).sum())
    freedom = len(scores) - len(found)
    if total <= 0 or freedom < 1 or len(found) < 2:
        return 0.0
    spread = within / freedom
    return float(np.clip((total - within - (len(found) - 1) * spread) / (total + spread), 0.0, 1.0))
