"""The fit of every law: exact curves recovered, and no worse than scipy from many starts."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize

from netwright.scaling.law_fit import fit_law, shapes
from netwright.scaling.laws.catalog import LAWS
from netwright.scaling.laws.constant import CONSTANT
from netwright.scaling.laws.mmf4 import MMF4
from netwright.scaling.laws.one_break import ONE_BREAK
from netwright.scaling.laws.pow2 import POW2
from netwright.scaling.laws.power_law import POWER_LAW
from netwright.scaling.laws.wbl4 import WBL4
from netwright.scaling.least_squares import Points

error = st.floats(0.01, 1.0)


def points_at(count: int, means=None) -> Points:
    ratios = 2.0 ** (np.arange(count) - (count - 1) / 2)
    return Points(ratios, np.zeros(count) if means is None else np.asarray(means, dtype=float), np.ones(count))


def exact(law, constants, count=9) -> Points:
    ratios = points_at(count).ratios
    means = np.broadcast_to(law.predict(ratios, constants), ratios.shape)
    return Points(ratios, means, 1 / means**2)


@settings(deadline=None)
@given(st.floats(0.05, 1.5), st.floats(0.0, 0.3), st.floats(0.01, 0.5))
def test_the_power_law_recovers_an_exact_one(b, c, a):
    ratios = points_at(6).ratios
    best = fit_law(POWER_LAW, Points(ratios, c + a * ratios**-b, np.ones(6)))
    assert best.constants[1] == pytest.approx(b, abs=1e-4)
    assert best.constants[0] + best.constants[2] == pytest.approx(a + c, rel=1e-6)  # a and c alone trade off at small b
    assert best.residual < 1e-12


@pytest.mark.parametrize(
    ("law", "constants"),
    [
        (POW2, (0.3, 0.25, 0.0)),
        (CONSTANT, (0.3, 0.0)),
        (MMF4, (0.8, 0.5, 0.9, 0.05)),
        (MMF4, (0.5, 0.2, 1.7, 0.0)),
        (WBL4, (0.8, 0.5, 0.6, 0.05)),
        (WBL4, (0.6, 2.0, 1.0, 0.1)),
    ],
)
def test_exact_curves_give_back_their_constants(law, constants):
    assert fit_law(law, exact(law, constants)).constants == pytest.approx(constants, rel=2e-3, abs=2e-4)


@pytest.mark.parametrize(
    "constants", [(0.2, 0.2, 0.8, 1.0, 0.02), (0.2, 0.7, 0.2, 2.0, 0.0), (0.3, 0.4, 0.4, 1.0, 0.1)]
)
def test_an_exact_break_is_fitted_though_its_constants_trade_off(constants):
    points = exact(ONE_BREAK, constants, count=10)
    best = fit_law(ONE_BREAK, points)
    assert best.predict(points.ratios) == pytest.approx(points.means, rel=1e-3)


def many_starts(law, points: Points, starts: int = 30) -> float:
    """The smallest sum of squares that scipy reaches from random starts, all constants free within their bounds."""
    bounds = np.log(np.array([axis.bounds(points.ratios) for axis in law.axes]).reshape(-1, 2))
    random, root, floor = np.random.default_rng(0), np.sqrt(points.weights), law.constants > len(law.axes) + 1
    low = [*bounds[:, 0], 0.0, 0.0]
    high = [*bounds[:, 1], np.inf, np.inf if floor else 1e-12]

    def residuals(values):
        x = shapes(law, points.ratios, np.exp(values[None, : len(law.axes)]))[0][0]
        return root * (points.means - values[-2] * x - values[-1])

    found = []
    for _ in range(starts):
        start = [*random.uniform(*bounds.T), random.uniform(0, 1), random.uniform(0, 0.3) if floor else 5e-13]
        found.append(2 * optimize.least_squares(residuals, start, bounds=(low, high)).cost)
    return min(found)


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.name)
@pytest.mark.parametrize("seed", range(5))
def test_no_start_of_scipy_finds_a_better_fit(law, seed):
    random = np.random.default_rng(seed)
    expected = 0.05 + 0.6 / (1 + (points_at(9).ratios / random.uniform(0.1, 2)) ** random.uniform(0.3, 1.5))
    means = expected * (1 + 0.05 * random.standard_normal(9))
    points = Points(points_at(9).ratios, means, 1 / expected**2)
    assert fit_law(law, points).residual <= many_starts(law, points) * 1.001 + 1e-12


@pytest.mark.parametrize("seed", range(8))
def test_no_start_of_scipy_fits_a_break_better(seed):
    random = np.random.default_rng(seed)
    exponents, knee, floor = random.uniform(0.1, 1, 2), random.uniform(0.3, 3), random.uniform(0, 0.05)
    expected = ONE_BREAK.predict(points_at(10).ratios, (0.2, *exponents, knee, floor))
    points = Points(points_at(10).ratios, expected * (1 + 0.01 * random.standard_normal(10)), 1 / expected**2)
    assert fit_law(ONE_BREAK, points).residual <= many_starts(ONE_BREAK, points) * 1.01


@settings(deadline=None)
@given(st.lists(error, min_size=4, max_size=8))
def test_no_other_exponent_fits_a_power_law_better(means):
    points = points_at(len(means), means)
    logs = np.log(np.linspace(*POWER_LAW.axes[0].bounds(points.ratios), 2000))[:, None]
    rival = POWER_LAW.linear.of(points, shapes(POWER_LAW, points.ratios, np.exp(logs))[0]).nonnegative()[2].min()
    assert fit_law(POWER_LAW, points).residual <= rival * (1 + 1e-6) + 1e-12


@pytest.mark.parametrize("law", [law for law in LAWS if law is not POW2], ids=lambda law: law.name)
def test_rising_means_give_a_flat_curve(law):
    points = points_at(9, np.linspace(0.1, 0.5, 9))
    assert fit_law(law, points).predict(points.ratios) == pytest.approx(np.full(9, 0.3), abs=1e-3)


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.name)
def test_another_unit_of_size_changes_no_fit(law):
    means = 0.05 + 0.4 * points_at(9).ratios ** -0.4
    one = fit_law(law, Points(points_at(9).ratios, means, np.ones(9)))
    assert one == fit_law(law, Points(points_at(9).ratios, means, np.ones(9)))
    assert min(one.constants) >= 0
