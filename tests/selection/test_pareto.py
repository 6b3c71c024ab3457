import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from netwright.records.errors import InputError
from netwright.selection.pareto import BLOCK_CELLS, fronts, pareto_front

VALUES = st.sampled_from([0.0, -0.0, 1.0, 2.0, 2.5, -1.0, float("nan"), float("inf"), float("-inf")])
FINITE = st.sampled_from([0.0, -0.0, 0.5, 1.0, 1.5, 2.0, 3.0])
TABLES = hnp.arrays(np.float64, st.tuples(st.integers(1, 7), st.integers(1, 4)), elements=VALUES)
WAYS = st.lists(st.sampled_from(["higher", "lower"]), min_size=4, max_size=4)


def slow_front(values, directions) -> list[bool]:
    """A double loop over candidates."""
    rows = [[v if way == "higher" else -v for v, way in zip(row, directions, strict=True)] for row in values.tolist()]
    fit = [not any(v != v for v in row) for row in rows]

    def dominates(x, y) -> bool:
        no_worse = all(a >= b for a, b in zip(rows[x], rows[y], strict=True))
        return fit[x] and fit[y] and no_worse and any(a > b for a, b in zip(rows[x], rows[y], strict=True))

    return [fit[y] and not any(dominates(x, y) for x in range(len(rows))) for y in range(len(rows))]


def slow_relation(values, directions, epsilon):
    """The epsilon-dominance of the documentation, word by word."""
    rows = [[v if way == "higher" else -v for v, way in zip(row, directions, strict=True)] for row in values.tolist()]

    def dominates(x, y) -> bool:
        triples = list(zip(rows[x], rows[y], epsilon, strict=True))
        if any(a != a or b != b for a, b, _ in triples):
            return False
        not_worse = all(not a < b - e for a, b, e in triples)
        somewhere = any(b < a - e for a, b, e in triples)
        sums = [sum(row[q] / e for q, e in enumerate(epsilon) if e > 0) for row in (rows[x], rows[y])]
        return not_worse and somewhere and (sums[0] > sums[1] or any(a > b for a, b, e in triples if e == 0))

    return dominates


@given(TABLES, WAYS)
def test_front_agrees_with_a_double_loop(values, ways):
    directions = ways[: values.shape[1]]
    assert pareto_front(values, directions).tolist() == slow_front(values, directions)


@given(TABLES, WAYS, st.randoms(use_true_random=False))
def test_front_follows_a_permutation(values, ways, random):
    order = list(range(len(values)))
    random.shuffle(order)
    directions = ways[: values.shape[1]]
    for epsilon in (None, np.full(values.shape[1], 0.5)):
        front = pareto_front(values, directions, epsilon)
        assert pareto_front(values[order], directions, epsilon).tolist() == front[order].tolist()


@settings(max_examples=300)
@given(
    hnp.arrays(np.float64, st.tuples(st.integers(1, 7), st.just(3)), elements=FINITE),
    WAYS,
    st.lists(st.sampled_from([0.0, 0.5, 1.0]), min_size=3, max_size=3),
)
def test_epsilon_front_is_a_kernel_of_the_documented_relation(values, ways, epsilon):
    directions = ways[:3]
    front = pareto_front(values, directions, epsilon)
    dominates = slow_relation(values, directions, epsilon)
    on, off = np.flatnonzero(front), np.flatnonzero(~front)
    assert len(on)
    assert not any(dominates(x, y) for x in on for y in on)
    assert all(any(dominates(x, y) for x in on) for y in off)


@given(hnp.arrays(np.float64, st.tuples(st.integers(1, 7), st.integers(1, 4)), elements=FINITE), WAYS)
def test_epsilon_of_zero_changes_nothing(values, ways):
    directions = ways[: values.shape[1]]
    zeros = np.zeros(values.shape[1])
    assert pareto_front(values, directions, zeros).tolist() == pareto_front(values, directions).tolist()


def test_a_cycle_of_epsilon_dominance_removes_nobody():
    # each is worse than the next by 0.9 in two qualities and better by 1.8 in one
    cycle = [[0.0, 1.8, 0.9], [0.9, 0.0, 1.8], [1.8, 0.9, 0.0]]
    assert pareto_front(cycle, ["higher"] * 3, [1.0] * 3).all()


def test_what_is_removed_is_dominated_by_somebody_who_stays():
    # the middle one goes for the best one; the last one is within 1 of the middle one, but not of the best one
    chain = [[2.2, 0.0], [1.1, 0.5], [0.0, 1.2]]
    assert pareto_front(chain, ["higher"] * 2, [1.0, 1.0]).tolist() == [True, False, True]


@pytest.mark.parametrize("epsilon", [None, [0.0, 0.0], [0.1, 0.0]])
def test_equal_points_stay_together(epsilon):
    assert pareto_front([[1.0, 0.0], [1.0, -0.0], [0.5, 0.0]], ["higher", "lower"], epsilon).tolist() == [
        True,
        True,
        False,
    ]
    assert pareto_front(np.ones((4, 2)), ["higher", "lower"], epsilon).all()


def test_nan_is_never_on_the_front_and_dominates_nobody():
    values = [[9.0, float("nan")], [1.0, 1.0]]
    assert pareto_front(values, ["higher", "higher"]).tolist() == [False, True]
    assert pareto_front(values, ["higher", "higher"], [0.5, 0.5]).tolist() == [False, True]
    assert pareto_front([[float("nan")]], ["higher"]).tolist() == [False]


def test_empty_and_single_tables():
    assert pareto_front(np.empty((0, 2)), ["higher", "lower"]).shape == (0,)
    assert pareto_front([[3.0]], ["lower"]).tolist() == [True]
    assert pareto_front(np.empty((2, 0)), []).all()


def test_draws_are_fronts_of_their_own_over_several_blocks():
    random = np.random.default_rng(0)
    candidates = 60
    draws = random.integers(0, 4, (2 * BLOCK_CELLS // (candidates * 3) + 7, candidates, 3)).astype(float)
    found = fronts(draws, ["higher", "lower", "higher"])
    for i in (0, 1, len(draws) // 2, len(draws) - 1):
        assert found[i].tolist() == slow_front(draws[i], ["higher", "lower", "higher"])


@pytest.mark.parametrize(
    ("values", "directions", "epsilon", "words"),
    [
        ([1.0, 2.0], ["higher"], None, r"shape \(2,\).*\(candidates, qualities\)"),
        ([[1.0, 2.0]], ["higher"], None, "1 directions for values of 2 qualities"),
        ([[1.0]], ["up"], None, "'up'.*'higher' or 'lower'"),
        ([[1.0, 2.0]], ["higher", "lower"], [0.1], r"epsilon of shape \(1,\).*\(2,\)"),
        ([[1.0]], ["higher"], [-0.1], r"epsilon \[-0.1\]"),
        ([[1.0]], ["higher"], [float("nan")], "finite"),
    ],
)
def test_wrong_input_is_named(values, directions, epsilon, words):
    with pytest.raises(InputError, match=words):
        pareto_front(values, directions, epsilon)


def test_draws_need_three_axes():
    with pytest.raises(InputError, match=r"shape \(1, 2\)"):
        fronts([[1.0, 2.0]], ["higher", "lower"])
