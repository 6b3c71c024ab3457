import numpy as np
import pytest

from netwright.selection.exchange import exchanges


def test_neighbours_along_the_front_exchange_price_for_gain(make):
    accuracy, latency = make.qualities[:2]
    values = np.array([[0.80, 0.001], [0.90, 0.010], [0.85, 0.002], [0.84, 0.005]])
    found = exchanges(["small", "large", "middle", "beaten"], (accuracy, latency), values, np.tile(values, (5, 1, 1)))
    assert [(step.better, step.worse) for step in found] == [("large", "middle"), ("middle", "small")]
    assert [step.gained for step in found] == pytest.approx([0.05, 0.05])
    assert [step.paid for step in found] == pytest.approx([0.008, 0.001])
    assert [step.rate for step in found] == [pytest.approx((0.16,) * 3), pytest.approx((0.02,) * 3)]


def test_the_interval_is_that_of_the_draws(make):
    random = np.random.default_rng(0)
    values = np.array([[0.80, 0.001], [0.90, 0.010]])
    draws = values + random.normal(size=(4000, 2, 2)) * [0.01, 0.0005]
    (step,) = exchanges(["a", "b"], make.qualities[:2], values, draws)
    rates = (draws[:, 1, 1] - draws[:, 0, 1]) / (draws[:, 1, 0] - draws[:, 0, 0])
    assert step.rate[0] == pytest.approx(0.09)
    assert step.rate[1:] == pytest.approx(np.quantile(rates, [0.05, 0.95]).tolist(), rel=1e-3)


def test_a_step_that_may_buy_nothing_has_no_upper_end(make):
    random = np.random.default_rng(0)
    values = np.array([[0.80, 0.001], [0.81, 0.010]])
    draws = values + random.normal(size=(4000, 2, 2)) * [0.01, 0.0005]
    (step,) = exchanges(["a", "b"], make.qualities[:2], values, draws)
    assert step.rate[2] == float("inf")
    assert 0 < step.rate[1] < step.rate[0]


def test_where_less_is_gained_the_signs_turn(make):
    latency, accuracy = make.qualities[1], make.qualities[0]
    values = np.array([[0.001, 0.80], [0.010, 0.90]])
    (step,) = exchanges(["fast", "right"], (latency, accuracy), values, values[None])
    assert (step.better, step.worse) == ("fast", "right")
    assert (step.gained, step.paid) == pytest.approx((0.009, 0.1))


@pytest.mark.parametrize(
    "values",
    [[[0.8, 0.001]], [[0.8, 0.001], [0.8, 0.001]], [[0.8, np.nan], [0.9, 0.001]], [[0.9, 0.001], [0.8, 0.002]]],
)
def test_without_two_that_differ_both_ways_there_is_nothing_to_exchange(values, make):
    table = np.array(values)
    names = [f"c{i}" for i in range(len(table))]
    assert exchanges(names, make.qualities[:2], table, table[None]) == ()
