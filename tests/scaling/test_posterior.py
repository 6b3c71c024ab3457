"""Posteriors and their draws against brute force over all constants and inflations, law by law and together."""

import numpy as np
import pytest

import netwright.scaling.draws
from netwright.scaling.draws import draw
from netwright.scaling.laws.catalog import LAWS
from netwright.scaling.laws.constant import CONSTANT
from netwright.scaling.laws.mmf4 import MMF4
from netwright.scaling.laws.one_break import ONE_BREAK
from netwright.scaling.laws.pow2 import POW2
from netwright.scaling.laws.power_law import POWER_LAW
from netwright.scaling.laws.wbl4 import WBL4
from netwright.scaling.least_squares import Points
from netwright.scaling.noise import Noise, pool_noise, weigh
from netwright.scaling.observations import observe
from netwright.scaling.posterior import INFLATION_PRIOR, INFLATIONS, grid_posterior

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
TABLES = [
    pytest.param([[0.50, 0.47, 0.52], [0.41, 0.42, 0.39], [0.33, 0.30, 0.32], [0.27, 0.28, 0.26]], id="steady"),
    pytest.param([[0.40, 0.36], [0.30, 0.31], [0.26, 0.27], [0.27, 0.25], [0.25, 0.26]], id="at its floor"),
    pytest.param([[0.40, 0.44], [0.22, 0.20], [0.11, 0.10], [0.055, 0.050]], id="no floor"),
    pytest.param([[0.40, 0.41], [0.35, 0.33], [0.20, 0.21], [0.22, 0.21], [0.12, 0.12]], id="more than seed noise"),
    pytest.param([[0.30, 0.33], [0.31, 0.28], [0.32, 0.30], [0.29, 0.33]], id="flat"),
    pytest.param([[0.98, 0.93], [0.96, 0.88], [0.85, 0.91], [0.88, 0.83]], id="near one"),
]
PLAUSIBLE = [TABLES[0], TABLES[1], TABLES[4]]
FINE = {1: 80, 2: 24}
LEVELS, ROOTS = {0: 800, 1: 200, 2: 80}, 80


def prepare(errors) -> tuple[Points, Noise]:
    points, expected = weigh(seen := observe(100 * 2 ** np.arange(len(errors)), errors))
    return points, pool_noise(seen, expected)


def middles(low, high, count):
    return low + (np.arange(count) + 0.5) / count * (high - low)


def brute_force(law, points: Points, noise: Noise, target: float):
    """Errors at a target and their density, over a dense grid of everything that a law leaves open.

    The density is written from the definition: seeds and means are Gaussian, sigma has the prior 1/sigma and is
    integrated out, each inflation multiplies the variance of means, the error at n0 is flat, and so is the square root
    of the floor over it. Of the code under test only formulas and the priors of single constants take part.
    """
    logs = [middles(*np.log(axis.bounds(points.ratios)), FINE[len(law.axes)]) for axis in law.axes]
    theta = [each.ravel() for each in np.meshgrid(*logs, indexing="ij")] if logs else []
    prior = np.zeros(1) + sum(axis.log_prior(t, points.ratios) for axis, t in zip(law.axes, theta, strict=True))
    cell = np.prod([each[1] - each[0] for each in logs])
    columns = np.exp(np.array(theta)).T if logs else np.zeros((1, 0))

    def shape(r):
        return law.x(float(r), columns)[:, None, None]

    level = np.linspace(0.3, 1.7, LEVELS[len(law.axes)])[:, None] * np.interp(1.0, points.ratios, points.means)
    share = middles(0.0, 1.0, ROOTS) if law.constants > len(law.axes) + 1 else np.zeros(1)
    c = level * share**2  # an even grid in the root of the share is the prior of the floor
    a = (level - c) / shape(1.0)
    squares = np.zeros(a.shape)
    for ratio, mean, weight in zip(points.ratios, points.means, points.weights, strict=True):
        squares += weight * (mean - c - a * shape(ratio)) ** 2
    count = len(points.means)
    density = sum(
        each * inflation ** (-count / 2) * (noise.squares + squares / inflation) ** (-(noise.degrees + count) / 2)
        for each, inflation in zip(INFLATION_PRIOR, INFLATIONS, strict=True)
    )
    density = density * np.exp(prior)[:, None, None] * cell * (level[1] - level[0]) / len(share)
    top = shape(law.top * points.ratios[0])
    density = np.where(c + a * top <= 1, density, 0.0)
    return np.broadcast_to(c + a * shape(target), density.shape).ravel(), density.ravel() * law.prior


def quantiles(values, density):
    order = np.argsort(values)
    reached = np.cumsum(density[order])
    return values[order][np.searchsorted(reached, np.array(QUANTILES) * reached[-1])]


def errors_of(draws, target):
    laws = {law.name: law for law in LAWS}
    return [float(laws[name].predict(target, row)) for name, row in zip(draws.laws, draws.constants, strict=True)]


def check_draws(law, errors):
    points, noise = prepare(errors)
    draws = draw([grid_posterior(law, points, noise)], points)
    assert set(draws.laws) == {law.name}
    for target in np.array([1.0, 4.0]) * points.ratios[-1]:
        wanted = quantiles(*brute_force(law, points, noise, target))
        # a thousand draws place a quantile to a few per cent of the interval; the brute grid is not finer either
        reach = 0.08 * (wanted[-1] - wanted[0])
        assert np.quantile(errors_of(draws, target), QUANTILES) == pytest.approx(wanted, abs=reach)


@pytest.mark.parametrize("errors", TABLES)
def test_draws_of_the_power_law_match_brute_force(errors):
    check_draws(POWER_LAW, errors)


@pytest.mark.parametrize("errors", PLAUSIBLE)
@pytest.mark.parametrize("law", [POW2, CONSTANT, MMF4, WBL4], ids=lambda law: law.name)
def test_draws_of_each_alternative_match_brute_force(law, errors, monkeypatch):
    # many, since a law that gets a twentieth of the draws need not be exact in the tails of a thousand
    monkeypatch.setattr(netwright.scaling.draws, "DRAWS", 16_000)
    monkeypatch.setattr(netwright.scaling.draws, "_PROPOSALS", 64_000)
    check_draws(law, errors)


@pytest.mark.parametrize("errors", TABLES)
def test_each_law_has_the_share_of_its_evidence(errors):
    points, noise = prepare(errors)
    laws = (POWER_LAW, POW2, CONSTANT, MMF4, WBL4)
    draws = draw([grid_posterior(law, points, noise) for law in laws], points)
    target = 4 * points.ratios[-1]
    parts = [brute_force(law, points, noise, target) for law in laws]
    evidence = np.array([density.sum() for _, density in parts])
    shares = [draws.laws.count(law.name) / len(draws.laws) for law in laws]
    assert shares == pytest.approx(list(evidence / evidence.sum()), abs=0.04)
    wanted = quantiles(*(np.concatenate(each) for each in zip(*parts, strict=True)))
    reach = 0.08 * (wanted[-1] - wanted[0])
    assert np.quantile(errors_of(draws, target), QUANTILES) == pytest.approx(wanted, abs=reach)


def test_a_break_finds_the_later_exponent():
    ratios = 2.0 ** np.arange(-5, 6)
    truth = (0.2, 0.1, 0.9, 1.0, 0.02)
    means = ONE_BREAK.predict(ratios, truth)
    points, noise = Points(ratios, means, 3 / means**2), Noise(22 * 0.01**2, 22.0, assumed=False)
    draws = draw([grid_posterior(law, points, noise) for law in (POWER_LAW, ONE_BREAK)], points)
    assert draws.laws.count("one break") > 990
    middle = np.median(errors_of(draws, 4 * ratios[-1]))
    assert middle == pytest.approx(float(ONE_BREAK.predict(4 * ratios[-1], truth)), rel=0.05)
