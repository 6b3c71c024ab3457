import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netwright.serving.routing.wager import BOLDEST, STAKES, Wager


def wealth_by_definition(numbers, bound):
    """Every gambler alone: one for each stake and each moment of beginning."""
    total = 1 / (len(numbers) + 1)
    for k in range(STAKES):
        stake = BOLDEST * 2.0**-k / (1 + bound)
        for start in range(len(numbers)):
            gains = [1 + stake * (x - bound) for x in numbers[start:]]
            total += np.prod(gains) / ((start + 1) * (start + 2)) / STAKES
    return total


@given(numbers=st.lists(st.floats(-1, 1), max_size=20), bound=st.floats(-0.5, 0.5))
def test_the_wealth_is_that_of_all_gamblers_together(numbers, bound):
    wager = Wager(bound)
    for number in numbers:
        wager.add(number)
    assert wager.wealth == pytest.approx(wealth_by_definition(numbers, bound), rel=1e-9)


@given(before=st.lists(st.floats(-1, 1), max_size=12), bound=st.floats(-0.5, 0.5), high=st.floats(0, 1))
def test_a_fair_number_leaves_the_expected_wealth_as_it_is(before, bound, high):
    # two values around the bound, with probabilities that make it their mean
    top, bottom = bound + high * (1 - bound), bound - high * (1 + bound)
    wagers = Wager(bound), Wager(bound), Wager(bound)
    for wager in wagers:
        for number in before:
            wager.add(number)
    wagers[0].add(top)
    wagers[1].add(bottom)
    p = 0.5 if top == bottom else (bound - bottom) / (top - bottom)
    assert p * wagers[0].wealth + (1 - p) * wagers[1].wealth == pytest.approx(wagers[2].wealth, rel=1e-9)


def test_wealth_is_never_negative_and_never_overflows():
    wager = Wager(0.0)
    for _ in range(5000):
        wager.add(1.0)
    assert np.isfinite(wager.wealth)
    assert wager.wealth > 1e200
    poor = Wager(0.0)
    for _ in range(5000):
        poor.add(-1.0)
    assert 0 < poor.wealth < 1e-3


def test_what_begins_late_is_noticed_soon():
    wager = Wager(0.01)
    for _ in range(100_000):
        wager.add(0.0)
    needed = 0
    while wager.wealth < 300:
        wager.add(1.0)
        needed += 1
    assert needed < 60
