"""Pooling: the measurements of one quality, of every candidate and seed, become one measurement a candidate."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, isfinite, sqrt
from statistics import NormalDist, fmean

import numpy as np
from numpy.typing import NDArray

from netwright.records.measurement import LEVEL, Measurement
from netwright.records.quality import Quality
from netwright.selection.draws import DRAWS, Common, interval, noise, stream
from netwright.selection.moderation import Spread, moderate
from netwright.selection.pooled_record import merge
from netwright.selection.seed_effect import correlation

Z = NormalDist().inv_cdf((1 + LEVEL) / 2)
BySeed = Mapping[int, Measurement]
OVERFLOW = 300.0
"""Draws on the log scale stay within exp(+-300): a t with few degrees of freedom has no largest draw."""


@dataclass(frozen=True)
class Pooled:
    """What all trials of a candidate say about one quality.

    Args:
        quality: The quality.
        measurement: The pooled value with its 90% interval; n counts the seeds.
        draws: Joint draws of the value, (DRAWS,); draw i belongs to draw i of every other candidate and quality.
        centre: The value on the working scale.
        seed_spread: Standard deviation of one trial around the candidate's mean, moderated, on the working scale.
        sampling_spread: Standard deviation from the samples inside a measurement, which more seeds do not shrink.
        logarithmic: Whether the working scale is the natural logarithm.
    """

    quality: Quality
    measurement: Measurement
    draws: NDArray[np.float64]
    centre: float
    seed_spread: float
    sampling_spread: float
    logarithmic: bool


def pool(quality: Quality, found: Mapping[str, BySeed], key: str) -> dict[str, Pooled]:
    """Return the pooled value of a quality for every candidate that has a finite measurement of it.

    Value = mean over seeds: the arithmetic one of ratios, the geometric one of positive quantities (times, bytes,
    rates), whose noise is a factor. Draw = mean + t s / sqrt(seeds) + z w, with s^2 the seed variance moderated
    across candidates (`moderate`), t Student draws correlated between candidates as their seeds are (`correlation`),
    and w the spread inside one measurement, from its own interval: the test samples are the same for every seed, so it
    does not shrink with seeds. Draws are cut to the quality's range; the interval is that of the draws.
    An exact quantity (its intervals have no width, its seeds agree) stays exact.

    Args:
        quality: The quality.
        found: Candidate -> seed -> measurement; what is not finite counts as not measured.
        key: Names the study; the draws depend on it, the quality and the candidate alone.

    Returns:
        Candidate -> pooled value.

    Source: Smyth 2004, "Linear models and empirical Bayes methods", for the moderation.
    """
    usable = {name: finite for name, seeds in sorted(found.items()) if (finite := _finite(seeds))}
    exact = _exact(usable)
    varying = {name: seeds for name, seeds in usable.items() if name not in exact}
    scale = quality.unit != "ratio" and all(min(m.low, m.value) > 0 for s in varying.values() for m in s.values())
    values = {name: _on_scale([m.value for m in seeds.values()], scale) for name, seeds in varying.items()}
    spreads = dict(
        zip(
            values,
            moderate([_variance(v) for v in values.values()], [len(v) - 1 for v in values.values()]),
            strict=True,
        )
    )
    share = correlation({name: dict(zip(varying[name], values[name], strict=True)) for name in varying}, spreads)
    common = Common(stream(key, quality.name).standard_normal(DRAWS), share)
    ratios = {freedom: _ratios(freedom, key, quality.name) for freedom in {s.freedom for s in spreads.values()}}
    pooled = {}
    for name, seeds in usable.items():
        if name in exact:
            pooled[name] = _constant(quality, seeds)
            continue
        seen = _Noise(common, spreads[name], ratios[spreads[name].freedom], stream(key, quality.name, name))
        pooled[name] = _varying(quality, seeds, scale, seen)
    return pooled


def _ratios(freedom: float, *names: str) -> NDArray[np.float64] | None:
    if not isfinite(freedom):
        return None
    sample: NDArray[np.float64] = stream(*names, "variance", repr(freedom)).chisquare(freedom, DRAWS) / freedom
    return sample


def _finite(seeds: BySeed) -> dict[int, Measurement]:
    return {seed: m for seed, m in sorted(seeds.items()) if all(map(isfinite, (m.value, m.low, m.high)))}


def _exact(usable: Mapping[str, BySeed]) -> set[str]:
    """Return the candidates whose quantity is exact; one seed alone cannot tell, so it follows the others."""
    constant = {
        name
        for name, seeds in usable.items()
        if len({m.value for m in seeds.values()}) == 1 and all(m.low == m.high for m in seeds.values())
    }
    repeated = {name for name, seeds in usable.items() if len(seeds) > 1}
    counted = not repeated or bool(constant & repeated)
    return {name for name in constant if name in repeated or counted}


def _on_scale(values: Sequence[float], logarithmic: bool) -> NDArray[np.float64]:
    array = np.array(values, dtype=np.float64)
    return np.log(array) if logarithmic else array


def _variance(values: NDArray[np.float64]) -> float:
    return float(values.var(ddof=1)) if len(values) > 1 else 0.0


def _constant(quality: Quality, seeds: BySeed) -> Pooled:
    value = next(iter(seeds.values())).value
    measurement = merge(list(seeds.values()), value, value, value, "the same in every seed")
    return Pooled(quality, measurement, np.full(DRAWS, value), value, 0.0, 0.0, logarithmic=False)


@dataclass(frozen=True)
class _Noise:
    common: Common
    spread: Spread
    ratios: NDArray[np.float64] | None
    own: np.random.Generator


def _varying(quality: Quality, seeds: BySeed, logarithmic: bool, seen: _Noise) -> Pooled:
    trials = list(seeds.values())
    centre = fmean(_on_scale([m.value for m in trials], logarithmic))
    low = _on_scale([m.low for m in trials], logarithmic)
    high = _on_scale([m.high for m in trials], logarithmic)
    inside = float(np.sqrt(np.mean(((high - low) / (2 * Z)) ** 2)))
    draws = centre + noise(seen.common, seen.spread.variance / len(trials), seen.ratios, inside, seen.own)
    value = centre
    if logarithmic:
        draws, value = np.exp(np.clip(draws, -OVERFLOW, OVERFLOW)), exp(centre)
    draws = np.clip(draws, quality.lowest, quality.highest)
    value = min(max(value, quality.lowest), quality.highest)
    ends = interval(draws)
    how = "geometric mean" if logarithmic else "mean"
    measurement = merge(trials, value, min(value, ends[0]), max(value, ends[1]), f"{how} over the seeds")
    return Pooled(quality, measurement, draws, centre, sqrt(seen.spread.variance), inside, logarithmic)
