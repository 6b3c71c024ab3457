import numpy as np
import pytest
from scipy import stats

from netwright.selection.draws import Common, interval, noise, stream


def ratios(freedom, count=20_000):
    return None if np.isinf(freedom) else stream("ratios", str(freedom)).chisquare(freedom, count) / freedom


@pytest.mark.parametrize("freedom", [2.0, 7.0, float("inf")])
@pytest.mark.parametrize("share", [0.0, 0.6])
def test_draws_are_student_whatever_they_share(freedom, share):
    common = Common(stream("common").standard_normal(20_000), share)
    draws = noise(common, 1.0, ratios(freedom), 0.0, stream("own", str(freedom)))
    reference = stats.norm() if np.isinf(freedom) else stats.t(freedom)
    assert stats.kstest(draws, reference.cdf).statistic < 0.015


def test_candidates_are_correlated_by_the_share():
    common = Common(stream("common").standard_normal(20_000), 0.6)
    one, two = (noise(common, 1.0, None, 0.0, stream(name)) for name in ("a", "b"))
    assert np.corrcoef(one, two)[0, 1] == pytest.approx(0.6, abs=0.02)


def test_the_spreads_of_two_candidates_are_independent():
    common = Common(stream("common").standard_normal(20_000), 0.0)
    one, two = (noise(common, 1.0, ratios(5.0), 0.0, stream(name)) for name in ("a", "b"))
    assert np.corrcoef(np.log(np.abs(one)), np.log(np.abs(two)))[0, 1] == pytest.approx(0.0, abs=0.02)


@pytest.mark.parametrize("share", [0.0, 0.6])
def test_noise_is_student_noise_plus_normal_noise(share):
    common = Common(stream("common").standard_normal(40_000), share)
    draws = noise(common, 4.0, ratios(5.0, 40_000), 1.5, stream("own"))
    apart = stats.t(5.0).rvs(400_000, random_state=1) * 2.0 + stats.norm().rvs(400_000, random_state=2) * 1.5
    assert stats.ks_2samp(draws, apart).statistic < 0.012
    # 1 / m has mean 1.189 and its square 5 / 3, for 5 degrees of freedom
    expected = (share * 4) ** 0.5 * 1.189 / (4 * 5 / 3 + 1.5**2) ** 0.5
    assert np.corrcoef(common.normal, draws)[0, 1] == pytest.approx(expected, abs=0.02)


def test_without_spread_the_normal_noise_is_left():
    draws = noise(Common(np.ones(20_000), 0.5), 0.0, None, 2.0, stream("own"))
    assert stats.kstest(draws, stats.norm(scale=2).cdf).statistic < 0.015


@pytest.mark.parametrize("count", [1, 2, 7, 1000])
def test_the_interval_is_that_of_linear_quantiles(count):
    draws = stream("draws").standard_normal(count)
    assert interval(draws) == pytest.approx(np.quantile(draws, [0.05, 0.95]).tolist())


def test_names_make_the_stream():
    assert stream("a", "bc").random() != stream("ab", "c").random()
    assert stream("a").random() == stream("a").random()
