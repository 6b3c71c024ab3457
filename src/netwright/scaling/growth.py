"""Fit how a cost grows with training samples: T(n) = t0 + t1 (n/n0)^p."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import isfinite

import numpy as np
from scipy import special

from netwright.records.errors import InputError
from netwright.records.growth import Growth
from netwright.scaling.growth_posterior import (
    ASSUMED_NOISE,
    HIGHEST_EXPONENT,
    LOWEST_EXPONENT,
    Costs,
    costs_of,
    draw,
    misfit,
)
from netwright.scaling.observations import Floats

FEWEST_SIZES = 3
"""A law with three constants needs three sizes."""

_POINTS = 60
_ZOOMS = 7
_UNLIKELY = 0.05
_DEVIATIONS = 2.0


def fit_growth(quality: str, unit: str, measured: Mapping[int, Sequence[float]]) -> Growth:
    """Return the law that a cost follows over training samples, with its uncertainty.

    T(n) = t0 + t1 (n/n0)^p, t0 >= 0, t1 >= 0, by least squares of ln T, since the noise of times and memory is a
    factor. Variable projection (Golub & Pereyra 1973): on a dense grid of p and of the share t0/(t0 + t1) the level has
    a closed form, so there is no starting point and no failure to converge. The draws come from a posterior on that
    grid (`growth_posterior.draw`).

    Args:
        quality: What grows, such as `training_time`.
        unit: Its dimension, a key of `netwright.records.units.UNITS`.
        measured: Training samples -> the cost of each run, positive; three sizes or more. Runs of a size are exchanged
            freely: seeds need not be the same at every size.

    Returns:
        The law: constants of least squares, 1000 equally weighted draws, flags.

    Raises:
        InputError: Fewer than three sizes, or a size or cost that is not a positive number.

    Source: the scalability paper, table IV, "timing"; Golub & Pereyra 1973 for the projection.

    >>> growth = fit_growth("training_time", "s", {n: [2 + 0.01 * n] for n in (125, 250, 500, 1000, 2000)})
    >>> round(growth.t0, 3), round(growth.p, 3), round(growth.t1, 3)  # n0 = 500
    (2.0, 1.0, 5.0)
    """
    _check(quality, measured)
    costs = costs_of(measured)
    sizes = tuple(sorted(measured))
    t0, t1, p = least_squares(costs)
    return Growth(
        quality=quality,
        unit=unit,
        sizes=sizes,
        values=tuple(float(value) for value in np.exp(costs.logs)),
        n0=float(sizes[0] / costs.ratios[0]),
        t0=t0,
        t1=t1,
        p=p,
        draws=tuple((_short(a), _short(b), _short(c)) for a, b, c in draw(costs).tolist()),
        flags=_flags(sizes, costs, (t0, t1, p)),
    )


def least_squares(costs: Costs) -> tuple[float, float, float]:
    """Return (t0, t1, p) with the smallest sum of squares of ln T.

    For each exponent of a grid the best angle is found on a grid of its own, and both are refined around their best
    points.

    Args:
        costs: What was measured.

    Returns:
        t0 and t1 at the reference size, and p.
    """
    low, high = np.log(LOWEST_EXPONENT), np.log(HIGHEST_EXPONENT)
    for _ in range(_ZOOMS):
        grid = np.linspace(low, high, _POINTS)
        angles, residuals = _best_angles(costs, np.exp(grid))
        best = int(np.argmin(residuals))
        low, high = grid[max(best - 1, 0)], grid[min(best + 1, _POINTS - 1)]
    p, angle = np.exp(grid[best : best + 1]), angles[best : best + 1]
    level = float(np.exp(misfit(costs, p, angle)[1][0]))
    share = float(np.sin(angle[0]) ** 2)
    return level * share, level * (1 - share), float(p[0])


def _best_angles(costs: Costs, p: Floats) -> tuple[Floats, Floats]:
    low, high, rows = np.zeros(len(p)), np.full(len(p), np.pi / 2), np.arange(len(p))
    for _ in range(_ZOOMS):
        grid = np.linspace(low, high, _POINTS, axis=1)
        residual, _ = misfit(costs, p[:, None], grid)
        best = residual.argmin(axis=1)
        low, high = grid[rows, np.maximum(best - 1, 0)], grid[rows, np.minimum(best + 1, _POINTS - 1)]
    return grid[rows, best], residual[rows, best]


def _short(value: float) -> float:
    # seven digits are more than any draw knows, and halve what a study writes
    return float(f"{value:.7g}")


def _check(quality: str, measured: Mapping[int, Sequence[float]]) -> None:
    for size, costs in measured.items():
        if not (size > 0 and size == int(size)):
            raise InputError(f"{quality} was given for n = {size:g}; sizes count training samples: 1, 2, 3, ...")
        if not costs:
            raise InputError(f"{quality} has no value at n = {size}; leave out sizes that were not measured")
        for cost in costs:
            if not (isfinite(cost) and cost > 0):
                raise InputError(f"{quality} is {cost:g} at n = {size}; costs are positive numbers: leave that run out")
    if len(measured) < FEWEST_SIZES:
        found = f"{quality} was measured at {len(measured)} sizes"
        raise InputError(f"{found}; a law of growth needs {FEWEST_SIZES} or more: measure further sizes")


def _flags(sizes: Sequence[int], costs: Costs, law: tuple[float, float, float]) -> tuple[str, ...]:
    found = (
        f"fewer than 4 sizes: {len(sizes)} determine the law's 3 constants without a check" if len(sizes) < 4 else "",
        f"noise assumed: no size has 2 runs, so {ASSUMED_NOISE:.0%} was taken" if costs.assumed else "",
        _falls(sizes, costs),
        _misfits(costs, law),
    )
    return tuple(flag for flag in found if flag)


def _falls(sizes: Sequence[int], costs: Costs) -> str:
    # a fall within two standard errors of the difference is what noise does to any cost
    errors = costs.deviation / np.sqrt(costs.counts)
    for i, j in pairwise(range(len(sizes))):
        if costs.logs[i] - costs.logs[j] > _DEVIATIONS * np.hypot(errors[i], errors[j]):
            share = 1 - float(np.exp(costs.logs[j] - costs.logs[i]))
            return f"not monotone: it falls by {share:.1%} from n = {sizes[i]} to n = {sizes[j]}"
    return ""


def _misfits(costs: Costs, law: tuple[float, float, float]) -> str:
    free = len(costs.logs) - 3
    t0, t1, p = law
    off = costs.logs - np.log(t0 + t1 * costs.ratios**p)
    ratio = float(off**2 @ costs.counts) / free / costs.deviation**2 if free else 0.0
    if not free or special.fdtrc(free, costs.degrees, ratio) >= _UNLIKELY:
        return ""
    return f"residuals exceed noise: {np.sqrt(ratio):.1f}x; the law may not hold, the interval was widened"
