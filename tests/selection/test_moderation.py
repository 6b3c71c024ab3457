from math import inf

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import polygamma

from netwright.selection.moderation import _inverse_trigamma, moderate


@given(st.lists(st.floats(1e-6, 1e6), min_size=2, max_size=12))
def test_moderation_shrinks_and_keeps_the_order(variances):
    spreads = [spread.variance for spread in moderate(variances, [2] * len(variances))]
    assert max(spreads) - min(spreads) <= max(variances) - min(variances) + 1e-9
    # equal up to rounding is no disorder
    order = np.argsort(variances)
    assert (np.diff(np.array(spreads)[order]) >= -1e-9 * max(spreads)).all()


@given(st.lists(st.floats(1e-6, 1e6), min_size=1, max_size=12), st.integers(1, 5))
def test_freedom_never_exceeds_that_of_all_together(variances, own):
    for spread in moderate(variances, [own] * len(variances)):
        assert own <= spread.freedom <= own * len(variances)


def test_prior_is_recovered_from_many_candidates():
    random = np.random.default_rng(0)
    d0, s0, own = 6.0, 4.0, 4
    truth = d0 * s0 / random.chisquare(d0, 4000)
    variances = truth * random.chisquare(own, 4000) / own
    spreads = moderate(variances.tolist(), [own] * 4000)
    moderated = np.array([spread.variance for spread in spreads])
    assert spreads[0].freedom == pytest.approx(d0 + own, rel=0.2)
    assert np.mean(np.log(moderated / truth) ** 2) < 0.6 * np.mean(np.log(variances / truth) ** 2)


def test_inverse_trigamma():
    for x in (0.01, 0.3, 1.0, 7.0, 300.0):
        assert _inverse_trigamma(float(polygamma(1, x))) == pytest.approx(x, rel=1e-6)


def test_one_seed_borrows_from_the_others():
    spreads = moderate([0.0, 1.0, 1.2, 0.8], [0, 2, 2, 2])
    assert spreads[0].variance == pytest.approx(1.0, rel=0.3)
    assert moderate([0.0, 3.0], [0, 2])[0].variance == 3.0


def test_seeds_that_agree_by_chance_are_not_believed():
    lucky, other = moderate([0.0, 1.0], [2, 2])
    assert 0 < lucky.variance < other.variance


@pytest.mark.parametrize(("variances", "freedoms"), [([0.0, 0.0], [0, 0]), ([0.0], [2]), ([], [])])
def test_nothing_known_is_no_spread(variances, freedoms):
    assert [(s.variance, s.freedom) for s in moderate(variances, freedoms)] == [(0.0, inf)] * len(variances)
