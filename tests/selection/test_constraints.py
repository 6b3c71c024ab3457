from math import inf, isnan

import numpy as np
import pytest

from netwright.records.scenario import Constraint
from netwright.selection.constraints import binding, judge, overall, relative_slack, seeds_to_settle
from netwright.selection.pool import pool


def at_least(bound):
    return Constraint(quality="accuracy", relation=">=", bound=bound, text=f">= {bound}")


def pooled_accuracy(make, values, width):
    found = {seed: make.measured("accuracy", value, width, seed) for seed, value in enumerate(values)}
    return pool(make.qualities[0], {"a": found}, "k")["a"]


def test_probability_slack_and_verdict_are_those_of_the_draws(make):
    pooled = pooled_accuracy(make, [0.80, 0.80, 0.80], 0.01)
    for bound, holds in ((0.78, "pass"), (0.80, "undecided"), (0.82, "fail")):
        verdict = judge(at_least(bound), make.qualities[0], pooled)
        assert verdict.holds == holds
        assert verdict.slack == pytest.approx(0.80 - bound)
        assert verdict.probability == np.mean(pooled.draws >= bound)
    assert judge(at_least(0.80), make.qualities[0], pooled).probability == pytest.approx(0.5, abs=0.02)


def test_the_interval_end_is_where_a_verdict_turns(make):
    pooled = pooled_accuracy(make, [0.79, 0.80, 0.82], 0.01)
    low, high = pooled.measurement.low, pooled.measurement.high
    assert judge(at_least(low - 1e-9), make.qualities[0], pooled).holds == "pass"
    assert judge(at_least(low + 1e-3), make.qualities[0], pooled).holds == "undecided"
    assert judge(at_least(high + 1e-3), make.qualities[0], pooled).holds == "fail"


def test_exact_quantities_are_certain_and_the_bound_itself_is_allowed(make):
    size = make.qualities[3]
    pooled = pool(size, {"a": {s: make.measured("size", 4e6, 0, s) for s in range(3)}}, "k")["a"]
    limit = Constraint(quality="size", relation="<=", bound=4e6, text="<= 4 MB")
    verdict = judge(limit, size, pooled)
    assert (verdict.holds, verdict.probability, verdict.slack) == ("pass", 1.0, 0.0)


def test_what_was_not_measured_is_undecided(make):
    verdict = judge(at_least(0.8), make.qualities[0], None)
    assert verdict.holds == "undecided"
    assert isnan(verdict.value)
    assert isnan(verdict.probability)


def test_overall_and_binding(make):
    pooled = pooled_accuracy(make, [0.80, 0.80, 0.80], 0.01)
    passing, undecided, failing, worse, missing = (
        judge(at_least(bound), make.qualities[0], p)
        for bound, p in ((0.7, pooled), (0.8, pooled), (0.9, pooled), (0.95, pooled), (0.8, None))
    )
    assert overall([passing, undecided, failing]) == "fail"
    assert overall([passing, missing]) == "undecided"
    assert overall([passing]) == overall([]) == "pass"
    assert binding([passing, failing, worse, missing]) is worse
    assert binding([missing]) is missing
    assert binding([]) is None
    assert relative_slack(failing) == pytest.approx(-0.1 / 0.9)


def test_more_seeds_settle_what_seeds_made_uncertain(make):
    pooled = pooled_accuracy(make, [0.79, 0.80, 0.825], 0.0001)
    verdict = judge(at_least(0.80), make.qualities[0], pooled)
    assert verdict.holds == "undecided"
    seeds = seeds_to_settle(verdict, pooled)
    again = [0.79, 0.80, 0.825] * (int(seeds) // 3 + 1)
    assert judge(at_least(0.80), make.qualities[0], pooled_accuracy(make, again, 0.0001)).holds == "pass"


def test_no_seeds_settle_what_the_test_set_leaves_open(make):
    pooled = pooled_accuracy(make, [0.80, 0.801, 0.802], 0.02)
    assert seeds_to_settle(judge(at_least(0.80), make.qualities[0], pooled), pooled) == inf


def test_seeds_to_settle_work_on_the_logarithm_of_times(make):
    latency = make.qualities[1]
    times = [0.006, 0.009, 0.0105]
    pooled = pool(latency, {"a": {s: make.measured("latency.p99", t, 0, s) for s, t in enumerate(times)}}, "k")["a"]
    limit = Constraint(quality="latency.p99", relation="<=", bound=0.01, text="<= 10 ms")
    verdict = judge(limit, latency, pooled)
    assert verdict.holds == "undecided"
    gap, spread = np.log(0.01) - np.mean(np.log(times)), np.std(np.log(times), ddof=1)
    assert seeds_to_settle(verdict, pooled) == int(np.ceil((1.6449 * spread / gap) ** 2))
