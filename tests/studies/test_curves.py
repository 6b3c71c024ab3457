"""Curves of a study: errors in the right cells, holes where trials failed."""

import math

from netwright.records.measurement import Conditions, Measurement
from netwright.records.trial import Outcome, TrialResult
from netwright.studies.curves import curves_of

from .conftest import candidate, scenario_of


def _result(size, seed, accuracy, outcome=Outcome.OK):
    measured = Measurement(
        quality="accuracy", value=accuracy, low=0, high=1, n=500, unit="ratio", conditions=Conditions(hardware="x")
    )
    return TrialResult(
        trial=f"a-n{size}-s{seed}", candidate="a", size=size, seed=seed, outcome=outcome, measurements=(measured,)
    )


def test_failed_trials_are_holes_and_order_does_not_matter():
    results = [_result(size, seed, 1 - 3 / size - seed / 1000) for size in (50, 100, 200) for seed in (0, 1)]
    results[3] = results[3].model_copy(update={"outcome": Outcome.TIMEOUT})
    scenario = scenario_of(candidate("a", "mlp"))
    curve = curves_of(reversed(results), scenario)["a"]
    assert curve.sizes == (50, 100, 200)
    assert math.isnan(curve.errors[1][1])
    assert [round(row[0], 6) for row in curve.errors] == [0.06, 0.03, 0.015]


def test_fewer_than_three_sizes_make_no_curve():
    results = [_result(size, seed, 0.9) for size in (50, 100) for seed in (0, 1)]
    assert curves_of(results, scenario_of(candidate("a", "mlp"))) == {}
