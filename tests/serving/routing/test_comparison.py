import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netwright.serving.routing.comparison import Comparison
from netwright.serving.routing.wager import Wager


def blocks_by_definition(outcomes):
    """Cut a list of (canary?, bad?) as soon as both are in it; return the differences."""
    differences, block = [], []
    for outcome in outcomes:
        block.append(outcome)
        if {mine for mine, _ in block} == {True, False}:
            means = [np.mean([bad for mine, bad in block if mine is arm]) for arm in (True, False)]
            differences.append(means[0] - means[1])
            block = []
    return differences


@given(outcomes=st.lists(st.tuples(st.booleans(), st.booleans()), max_size=60), tolerance=st.floats(0, 0.5))
def test_the_evidence_is_that_of_the_blocks(outcomes, tolerance):
    comparison, worse, no_worse = Comparison("errors", tolerance), Wager(tolerance), Wager(-tolerance)
    for mine, bad in outcomes:
        (comparison.canary if mine else comparison.main)(bad)
    for difference in blocks_by_definition(outcomes):
        worse.add(difference)
        no_worse.add(-difference)
    record = comparison.record()
    assert record.worse == pytest.approx(worse.wealth)
    assert record.no_worse == pytest.approx(no_worse.wealth)
    assert (record.canary, record.canary_bad) == (sum(m for m, _ in outcomes), sum(m and b for m, b in outcomes))
    assert record.main == len(outcomes) - record.canary


def test_what_befalls_both_arms_convicts_nobody():
    comparison = Comparison("errors", 0.01)
    for _ in range(1000):
        comparison.main(True)
        comparison.canary(True)
    assert comparison.worse < 1
    assert comparison.record().no_worse > 100


def test_evidence_without_an_effect_of_size_convicts_nobody():
    comparison = Comparison("errors", 0.0)
    for bad in [True] * 20 + [False] * 5:
        comparison.canary(bad)
        comparison.main(False)
    assert comparison.convicts(100)
    assert not comparison.convicts(1e30)
    equal = Comparison("errors", 0.5)
    for _ in range(1000):
        equal.canary(True)
        equal.canary(False)
        equal.main(False)
    assert not equal.convicts(0.0)


def test_one_arm_alone_shows_nothing():
    comparison = Comparison("errors", 0.01)
    for _ in range(100):
        comparison.canary(True)
    assert comparison.difference == 0
    assert comparison.worse == 1
