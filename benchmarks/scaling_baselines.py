"""What people do instead of a grid posterior: the baselines of `scaling_coverage.py`."""

import warnings
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, stats

from netwright.records.measurement import LEVEL
from netwright.scaling.draws import draw
from netwright.scaling.law_fit import fit_law
from netwright.scaling.laws.power_law import POWER_LAW
from netwright.scaling.least_squares import Points
from netwright.scaling.noise import pool_noise, weigh
from netwright.scaling.observations import observe
from netwright.scaling.posterior import grid_posterior

Floats = NDArray[np.float64]
Prediction = tuple[float, float, float]
RESAMPLES = 100


def predict_by_one_law(sizes: tuple[int, ...], errors: Floats, n: float) -> Prediction:
    """Our posterior of the power law with a floor, without its alternatives."""
    points, expected = weigh(seen := observe(sizes, errors))
    draws = draw([grid_posterior(POWER_LAW, points, pool_noise(seen, expected))], points)
    ratio = n / sizes[0] * points.ratios[0]
    values = POWER_LAW.errors(ratio, np.array(draws.constants))
    low, middle, high = np.quantile(values, [(1 - LEVEL) / 2, 0.5, (1 + LEVEL) / 2])
    return float(middle), float(low), float(high)


def predict_by_delta_method(sizes: tuple[int, ...], errors: Floats, n: float) -> Prediction:
    """Weighted least squares from the same grid; Gaussian error propagation, Student-t with N - 3 degrees."""
    seen = observe(sizes, errors)
    points, expected = weigh(seen)
    a, b, c = fit_law(POWER_LAW, points).constants
    ratio = n / sizes[0] * points.ratios[0]

    def gradient(r: Floats) -> Floats:
        full = np.stack([r**-b, -a * r**-b * np.log(r), np.ones_like(r)], axis=-1)
        return full[..., : 3 if c > 0 else 2]  # a constant at its bound is held there

    jacobian = gradient(points.ratios) * np.sqrt(points.weights)[:, None]
    degrees = errors.size - 3
    variance = float((((errors - (a * points.ratios**-b + c)[:, None]) / expected[:, None]) ** 2).sum()) / degrees
    direction = gradient(np.array([ratio]))[0]
    spread = float(np.sqrt(variance * direction @ np.linalg.pinv(jacobian.T @ jacobian) @ direction))
    value, reach = a * ratio**-b + c, float(stats.t.ppf((1 + LEVEL) / 2, degrees)) * spread
    return value, value - reach, value + reach


def predict_by_seed_bootstrap(sizes: tuple[int, ...], errors: Floats, n: float) -> Prediction:
    """Seeds drawn with replacement at every size, 100 times; quantiles of the least-squares predictions."""
    random = np.random.default_rng(0)
    points, _ = weigh(observe(sizes, errors))
    values = []
    for _ in range(RESAMPLES):
        chosen = random.integers(errors.shape[1], size=errors.shape)
        means = np.take_along_axis(errors, chosen, axis=1).mean(axis=1)
        values.append(_least_squares(replace(points, means=means), n / sizes[0]))
    low, high = np.quantile(values, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return _least_squares(points, n / sizes[0]), float(low), float(high)


def predict_without_floor(sizes: tuple[int, ...], errors: Floats, n: float) -> Prediction:
    """Straight line through ln(mean error) over ln(n): a power law with c = 0, with the regression's own interval."""
    x, y = np.log(sizes), np.log(errors.mean(axis=1))
    line = stats.linregress(x, y)
    left = y - line.intercept - line.slope * x
    degrees = len(x) - 2
    middle, spread = x.mean(), ((x - x.mean()) ** 2).sum()
    scale = np.sqrt((left**2).sum() / degrees * (1 / len(x) + (np.log(n) - middle) ** 2 / spread))
    reach = float(stats.t.ppf((1 + LEVEL) / 2, degrees) * scale)
    value = float(line.intercept + line.slope * np.log(n))
    return tuple(float(np.exp(v)) for v in (value, value - reach, value + reach))


def predict_by_default_start(sizes: tuple[int, ...], errors: Floats, n: float) -> Prediction:
    """scipy.optimize.curve_fit as it comes: all starts at 1, sizes in images, the interval from its covariance."""

    def law(size: Floats, a: float, b: float, c: float) -> Floats:
        return c + a * size**-b

    means = errors.mean(axis=1)
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            found, covariance = optimize.curve_fit(law, np.asarray(sizes, dtype=float), means)
    except RuntimeError:  # it says so itself that it did not converge
        return float("nan"), float("nan"), float("nan")
    a, b, c = found
    direction = np.array([n**-b, -a * n**-b * np.log(n), 1.0])
    with np.errstate(all="ignore"):
        spread = float(np.sqrt(direction @ covariance @ direction))
    value, reach = float(law(np.float64(n), a, b, c)), float(stats.t.ppf((1 + LEVEL) / 2, len(sizes) - 3)) * spread
    return value, value - reach, value + reach


def _least_squares(points: Points, relative: float) -> float:
    a, b, c = fit_law(POWER_LAW, points).constants
    return a * (relative * points.ratios[0]) ** -b + c
