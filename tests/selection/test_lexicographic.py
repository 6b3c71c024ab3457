import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from netwright.selection.comparable import Tolerance
from netwright.selection.lexicographic import Order, first_difference, survivors, winners

ORDER = Order(("higher", "lower", "lower"), (Tolerance(0.5, relative=False), Tolerance(0.25, relative=True)))
CELLS = st.sampled_from([0.0, 0.5, 1.0, 1.25, 1.5, 2.0, 4.0, float("nan")])
TABLES = hnp.arrays(np.float64, st.tuples(st.integers(1, 6), st.just(3)), elements=CELLS)


def slow_winner(rows) -> int:
    """The choice as one makes it by hand."""
    left = list(range(len(rows)))
    steps = [(0, 0.5, 0.0), (1, 0.0, 0.25), (0, 0.0, 0.0), (1, 0.0, 0.0), (2, 0.0, 0.0)]
    for column, size, share in steps:
        sign = 1 if column == 0 else -1
        measured = [i for i in left if rows[i][column] == rows[i][column]]
        if measured:
            best = max(sign * rows[i][column] for i in measured)
            left = [i for i in measured if best - sign * rows[i][column] <= size + share * abs(best)]
    return left[0]


@given(TABLES)
def test_choice_agrees_with_one_made_by_hand(table):
    assert winners(table[None], np.ones((1, len(table)), dtype=bool), ORDER).tolist() == [slow_winner(table.tolist())]


@given(
    hnp.arrays(np.float64, st.tuples(st.integers(2, 6), st.just(3)), elements=CELLS.filter(lambda v: v == v)), st.data()
)
def test_a_candidate_that_is_worse_everywhere_changes_nothing(table, data):
    row = data.draw(st.integers(0, len(table) - 1))
    worse = table[row] + np.array([-0.25, 0.25, 0.25])
    wider = np.vstack([worse, table])
    before = winners(table[None], np.ones((1, len(table)), dtype=bool), ORDER)[0]
    assert winners(wider[None], np.ones((1, len(wider)), dtype=bool), ORDER)[0] == before + 1


def test_every_draw_chooses_for_itself():
    tables = np.array([[[1.0, 9.0, 0.0], [2.0, 9.0, 0.0]], [[2.0, 9.0, 0.0], [1.0, 9.0, 0.0]], [[1.0, 2.0, 0.0]] * 2])
    alive = np.array([[True, True], [True, True], [False, False]])
    assert winners(tables, alive, ORDER).tolist() == [1, 0, -1]


def test_exactly_the_tolerance_still_counts_as_equal():
    table = np.array([[[0.85, 2.0], [0.845, 1.0]]])
    order = Order(("higher", "lower"), (Tolerance(0.005, relative=False), Tolerance(0.0, relative=False)))
    assert 0.85 - 0.845 > 0.005
    assert winners(table, np.ones((1, 2), dtype=bool), order).tolist() == [1]


def test_steps_only_ever_shrink():
    table = np.random.default_rng(0).normal(size=(50, 6, 3))
    alive = np.ones((50, 6), dtype=bool)
    for left in survivors(table, alive, ORDER):
        assert (left <= alive).all()
        assert left.any(axis=1).all()
        alive = left


@pytest.mark.parametrize(
    ("chosen", "rival", "expected"),
    [
        ([2.0, 1.0, 0.0], [1.0, 1.0, 0.0], 0),
        ([2.0, 1.0, 0.0], [1.8, 2.0, 0.0], 1),
        ([2.0, 1.0, 0.0], [1.8, 1.1, 9.0], None),
    ],
)
def test_first_difference_that_counts(chosen, rival, expected):
    assert first_difference(chosen, rival, ORDER) == expected


@given(
    hnp.arrays(np.float64, (4, 5, 3), elements=st.sampled_from([0.0, -0.0, 1.0, 1.05, 2.0, float("nan")])),
    hnp.arrays(np.bool_, (4, 5)),
)
def test_the_winner_is_the_first_of_the_last_survivors(values, alive):
    order = Order(("higher", "lower", "lower"), (Tolerance(0.1, relative=False), Tolerance(0.1, relative=True)))
    last = survivors(values, alive, order)[-1]
    expected = [row.index(True) if any(row) else -1 for row in last.tolist()]
    assert winners(values, alive, order).tolist() == expected
