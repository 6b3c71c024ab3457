import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from netwright.records.scenario import Preferences
from netwright.selection.anchors import Anchors
from netwright.selection.utility import utilities_with_interval, weighted, weights_of

UNIT = st.floats(0, 1, width=32)


def anchors(worst, best):
    return Anchors(np.array(worst), np.array(best), True, ("the scenario",) * len(worst))


@given(hnp.arrays(np.float64, (3, 2), elements=UNIT), hnp.arrays(np.float64, (1, 2), elements=UNIT))
def test_a_further_candidate_never_reverses_the_order_of_two_others(table, further):
    scale, weights = anchors([0.0, 10.0], [1.0, 0.0]), np.array([0.3, 0.7])
    alone = weighted(scale.utilities(table), weights)
    together = weighted(scale.utilities(np.vstack([table, further])), weights)
    assert together[:3].tolist() == alone.tolist()


def test_weights_are_shares_of_what_is_compared(make):
    preferences = Preferences(weights={"accuracy": 2.0, "size": 6.0, "elsewhere": 9.0})
    assert weights_of(make.qualities, preferences) == pytest.approx([0.25, 0.0, 0.0, 0.75])
    assert weights_of(make.qualities, Preferences()) is None


def test_the_interval_is_that_of_the_weighted_draws():
    random = np.random.default_rng(0)
    values = np.array([[0.9, 5.0], [0.8, np.nan]])
    draws = values + random.normal(size=(2000, 2, 2)) * [0.01, 0.5]
    scale, weights = anchors([0.0, 10.0], [1.0, 0.0]), np.array([0.5, 0.5])
    found, missing = utilities_with_interval(values, draws, scale, weights)
    slow = [0.5 * x + 0.5 * (10 - y) / 10 for x, y in draws[:, 0].tolist()]
    assert found == pytest.approx((0.7, *np.quantile(slow, [0.05, 0.95])))
    assert np.isnan(missing).all()


def test_what_has_no_weight_may_be_missing():
    assert weighted(np.array([[np.nan, 0.4]]), np.array([0.0, 1.0])).tolist() == [0.4]
