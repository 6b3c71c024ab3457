"""The choice of widths against trying every one, and what each of the two ways promises."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netwright.pruning.allocate import Ladder, cheapest_by_density, cheapest_exactly, least_weight

COSTS = st.lists(st.integers(0, 20), min_size=1, max_size=5)


def convex(costs, each=1):
    """A place whose units cost ever more, all of one weight."""
    n = len(costs)
    widths = np.arange(n, -1, -1)
    return Ladder(widths, np.concatenate([[0.0], np.cumsum(sorted(costs))]), widths.astype(float) * each)


def rugged(steps):
    """A place whose costs and times rise and fall as they like."""
    cost, weight = zip(*steps, strict=True)
    return Ladder(np.arange(len(steps))[::-1], np.array(cost, dtype=float), np.array(weight, dtype=float))


def total(ladders, widths, what):
    return sum(getattr(one, what)[list(one.widths).index(width)] for one, width in zip(ladders, widths, strict=True))


def best_of_all(ladders, most):
    choices = product(*(list(one.widths) for one in ladders))
    return min(total(ladders, widths, "cost") for widths in choices if total(ladders, widths, "weight") <= most)


@given(st.lists(COSTS, min_size=1, max_size=4), st.integers(0, 20))
def test_by_density_is_the_best_choice_where_units_weigh_the_same(costs, most):
    ladders = [convex(one) for one in costs]
    widths = cheapest_by_density(ladders, most)
    assert total(ladders, widths, "weight") == min(most, sum(len(one) for one in costs))
    assert total(ladders, widths, "cost") == pytest.approx(best_of_all(ladders, most))


@given(st.lists(st.tuples(COSTS, st.integers(1, 7)), min_size=1, max_size=4), st.floats(0, 1))
def test_by_density_fits_and_is_off_by_less_than_one_step_where_weights_differ(places, share):
    ladders = [convex(costs, each) for costs, each in places]
    most = share * sum(float(one.weight[0]) for one in ladders)
    widths = cheapest_by_density(ladders, most)
    assert total(ladders, widths, "weight") <= most + 1e-6
    dearest = max(float(np.diff(one.cost).max()) for one in ladders)
    assert total(ladders, widths, "cost") <= best_of_all(ladders, most + 1e-6) + dearest


STEPS = st.lists(st.tuples(st.integers(0, 20), st.integers(0, 9)), min_size=1, max_size=5)


@given(st.lists(STEPS, min_size=1, max_size=4), st.integers(0, 12))
def test_exactly_finds_the_best_of_all_choices(places, room):
    ladders = [rugged(one) for one in places]
    most = least_weight(ladders) + room
    # whole weights are whole bins
    widths = cheapest_exactly(ladders, most, bins=max(room, 1))
    assert total(ladders, widths, "weight") <= most
    assert total(ladders, widths, "cost") == best_of_all(ladders, most)


@given(st.lists(st.lists(st.tuples(st.floats(0, 9), st.floats(0, 9)), min_size=1, max_size=4), min_size=1, max_size=3))
def test_exactly_never_exceeds_and_loses_no_more_than_a_bin_a_place(places):
    ladders = [rugged(one) for one in places]
    least, whole = least_weight(ladders), sum(float(one.weight.max()) for one in ladders)
    most, bins = (least + whole) / 2, 100
    widths = cheapest_exactly(ladders, most, bins)
    assert total(ladders, widths, "weight") <= most + 1e-9
    reserve = len(ladders) * (most - least) / bins
    assert total(ladders, widths, "cost") <= best_of_all(ladders, max(most - reserve, least)) + 1e-9


def test_without_room_the_lightest_widths_are_taken():
    ladders = [rugged([(0, 5), (9, 1)]), rugged([(0, 4), (7, 2)])]
    assert cheapest_exactly(ladders, 3.0) == [0, 0]


def test_a_place_with_one_width_keeps_it():
    assert cheapest_by_density([rugged([(0, 5)]), convex([1.0, 2.0])], 6.0) == [0, 1]
