import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy.optimize import linprog

from netwright.selection.flip import smallest_change

TABLES = hnp.arrays(np.float64, st.tuples(st.integers(2, 5), st.integers(1, 4)), elements=st.integers(0, 8).map(float))
ALL = {count: np.ones(count, dtype=bool) for count in range(6)}


def by_linear_programme(utilities, weights, winner, rival):
    """The smallest share of weight that moves until the rival is level, or None."""
    count = len(weights)
    ahead = utilities[rival] - utilities[winner]
    # v = w + up - down
    found = linprog(
        np.full(2 * count, 0.5),
        A_ub=[np.concatenate([-ahead, ahead])],
        b_ub=[weights @ ahead],
        A_eq=[np.concatenate([np.ones(count), -np.ones(count)])],
        b_eq=[0.0],
        bounds=[(0, None)] * count + [(0, weight) for weight in weights],
    )
    return found.fun if found.status == 0 else None


@settings(max_examples=200, deadline=None)
@given(TABLES, st.lists(st.integers(0, 5), min_size=4, max_size=4))
def test_it_is_the_optimum_of_the_linear_programme(utilities, parts):
    weights = np.array(parts[: utilities.shape[1]], dtype=float) + 0.0
    weights = weights / weights.sum() if weights.sum() else np.full(len(weights), 1 / len(weights))
    change = smallest_change(utilities, weights, ALL[len(utilities)])
    winner = int((utilities @ weights).argmax())
    best = [by_linear_programme(utilities, weights, winner, k) for k in range(len(utilities)) if k != winner]
    possible = [one for one in best if one is not None]
    if change is None:
        assert not possible
        return
    assert change.moved == pytest.approx(min(possible), abs=1e-7)
    assert change.weights.sum() == pytest.approx(1.0)
    assert (change.weights >= -1e-12).all()
    totals = utilities @ change.weights
    assert totals[change.other] == pytest.approx(totals.max(), abs=1e-9)


def test_a_fine_grid_of_weights_finds_nothing_nearer():
    utilities = np.random.default_rng(3).random((4, 3))
    weights = np.array([0.5, 0.3, 0.2])
    change = smallest_change(utilities, weights, ALL[4])
    steps = np.linspace(0, 1, 201)
    grid = np.array([(a, b, 1 - a - b) for a in steps for b in steps if a + b <= 1 + 1e-12])
    flipped = grid[(grid @ utilities.T).argmax(axis=1) != (utilities @ weights).argmax()]
    nearest = np.abs(flipped - weights).sum(axis=1).min() / 2
    assert change is not None
    assert change.moved == pytest.approx(nearest, abs=0.006)


def test_who_is_dominated_cannot_be_made_to_win():
    assert smallest_change(np.array([[0.9, 0.9], [0.5, 0.8]]), np.array([0.5, 0.5]), ALL[2]) is None


def test_equals_are_level_without_any_change():
    change = smallest_change(np.array([[0.5, 0.5], [0.5, 0.5]]), np.array([0.5, 0.5]), ALL[2])
    assert change is not None
    assert (change.winner, change.other, change.moved) == (0, 1, 0.0)


def test_who_may_not_win_or_was_not_measured_takes_no_part():
    utilities = np.array([[0.9, 0.1], [0.1, 0.9], [np.nan, 1.0], [1.0, 1.0]])
    change = smallest_change(utilities, np.array([0.6, 0.4]), np.array([True, True, True, False]))
    assert change is not None
    assert (change.winner, change.other) == (0, 1)
    assert smallest_change(utilities[:1], np.array([0.6, 0.4]), ALL[1]) is None
    assert smallest_change(utilities, np.array([0.6, 0.4]), np.zeros(4, dtype=bool)) is None
