"""The draws of a law of growth against brute force over (level, share, p, inflation)."""

import numpy as np
import pytest
from scipy import stats

from netwright.scaling.growth_posterior import PRIOR_WIDTH, costs_of, draw, misfit
from netwright.scaling.posterior import INFLATION_PRIOR, INFLATIONS

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


def brute_force(costs, targets):
    """Quantiles of ln T at each target from the joint density, written from its definition over a dense grid."""
    log_p = np.linspace(np.log(0.1), np.log(4.0), 120)[:, None, None]
    angle = ((np.arange(100) + 0.5) / 100 * np.pi / 2)[:, None]
    middle, reach = costs.logs.mean(), np.ptp(costs.logs) + 6 * costs.deviation
    level = np.linspace(middle - reach, middle + reach, 400)

    def cost(ratio):
        share = np.sin(angle) ** 2
        return level + np.log(share + (1 - share) * ratio ** np.exp(log_p))

    squares = sum(
        count * (seen - cost(ratio)) ** 2
        for ratio, seen, count in zip(costs.ratios, costs.logs, costs.counts, strict=True)
    )
    sizes = len(costs.logs)
    density = sum(
        prior * inflation ** (-sizes / 2) * (costs.squares + squares / inflation) ** (-(costs.degrees + sizes) / 2)
        for prior, inflation in zip(INFLATION_PRIOR, INFLATIONS, strict=True)
    )
    density = density * stats.norm.pdf(log_p, 0.0, PRIOR_WIDTH)
    for target in targets:
        value = np.broadcast_to(cost(target), density.shape).ravel()
        order = np.argsort(value)
        reached = np.cumsum(density.ravel()[order])
        yield value[order][np.searchsorted(reached, np.array(QUANTILES) * reached[-1])]


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param([[1.0, 1.2, 1.1], [1.8, 1.6, 1.9], [2.9, 3.4, 3.1], [6.0, 5.2, 5.6]], id="grows"),
        pytest.param([[4.0, 4.3], [4.2, 4.1], [4.4, 4.0], [4.1, 4.5]], id="flat"),
        pytest.param([[1.0, 1.1], [2.1, 1.9], [4.2, 3.7], [7.6, 8.5]], id="proportional"),
        pytest.param([[1.0, 1.1], [3.1, 2.9], [3.2, 3.0], [9.6, 8.5]], id="more than noise"),
    ],
)
def test_draws_match_brute_force(rows):
    costs = costs_of(dict(zip((100, 200, 400, 800), rows, strict=True)))
    t0, t1, p = draw(costs).T
    targets = np.array([1.0, 4.0]) * costs.ratios[-1]
    for target, wanted in zip(targets, brute_force(costs, targets), strict=True):
        found = np.log(np.quantile(t0 + t1 * target**p, QUANTILES))
        # a thousand draws place a quantile to a few per cent of the interval; the brute grid is not finer either
        assert found == pytest.approx(wanted, abs=0.06 * (wanted[-1] - wanted[0]))


def test_misfit_is_the_weighted_sum_of_squares_at_the_best_level():
    costs = costs_of({100: [1.0], 200: [1.5, 1.7], 400: [3.0]})
    residual, level = misfit(costs, np.array([0.8]), np.array([0.6]))
    share = np.sin(0.6) ** 2
    shape = np.log(share + (1 - share) * costs.ratios**0.8)
    tried = [float((costs.logs - other - shape) ** 2 @ costs.counts) for other in level + np.linspace(-0.1, 0.1, 201)]
    assert residual[0] == pytest.approx(min(tried))
    assert np.argmin(tried) == 100


def test_noise_is_pooled_over_sizes_and_has_a_floor():
    pooled = costs_of({100: [1.0, 2.0], 200: [2.0, 4.0], 400: [8.0]})
    assert pooled.deviation == pytest.approx(np.log(2) / np.sqrt(2))
    assert pooled.degrees == 2
    assert costs_of({100: [1.0, 1.0], 200: [2.0]}).deviation == pytest.approx(0.005)
    assumed = costs_of({100: [1.0], 200: [2.0]})
    assert assumed.assumed
    assert assumed.deviation == pytest.approx(0.05)
