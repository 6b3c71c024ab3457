import numpy as np
import pytest

from netwright.records.scenario import Preferences
from netwright.selection.comparable import Tolerance, additive, tolerance_of
from netwright.selection.pareto import pareto_front


def test_the_scenarios_tolerance_goes_before_the_qualitys(make):
    latency = make.qualities[1]
    assert tolerance_of(latency, Preferences()) == Tolerance(0.1, relative=True)
    assert tolerance_of(latency, Preferences(tolerance={"latency.p99": 0.002})) == Tolerance(0.002, relative=False)


def test_a_relative_tolerance_is_a_difference_of_logarithms():
    values, epsilon = additive(np.array([[1e-3, 0.5], [1.09e-3, 0.6]]), [Tolerance(0.1, True), Tolerance(0.2, False)])
    assert values[1, 0] - values[0, 0] < epsilon[0]
    assert values[:, 1].tolist() == [0.5, 0.6]
    assert epsilon[1] == 0.2


@pytest.mark.parametrize("column", [[0.0, 0.0], [0.0, 5.0], [float("nan"), 5.0], [float("nan"), float("nan")]])
def test_zeros_and_gaps_keep_their_order(column):
    table = np.array([[value] for value in column])
    values, epsilon = additive(table, [Tolerance(0.1, relative=True)])
    assert (np.isnan(values) == np.isnan(table)).all()
    assert np.isfinite(values[~np.isnan(table)]).all()
    assert pareto_front(values, ["lower"], epsilon).tolist() == pareto_front(table, ["lower"]).tolist()
