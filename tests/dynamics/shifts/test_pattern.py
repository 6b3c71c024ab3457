"""Partitions of elements against linear algebra: shifts as vectors, one for each class."""

import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st

from netwright.dynamics.shifts.pattern import FROZEN, UNREAD, Product, join, pull, settle

SMALL = st.integers(0, 4)


def shifts(ids: torch.Tensor) -> np.ndarray:
    """Return a basis of the allowed shifts, one in each column; an unread element is a class of its own."""
    flat = ids.reshape(-1)
    apart = torch.where(flat == UNREAD, 100 + torch.arange(len(flat)), flat)
    columns = [(apart == number).numpy() for number in apart.unique() if number != FROZEN]
    return np.array(columns, float).reshape(-1, len(flat)).T


def dimension(basis: np.ndarray) -> int:
    return int(np.linalg.matrix_rank(basis, tol=1e-9)) if basis.size else 0


def common(one: np.ndarray, other: np.ndarray) -> int:
    """Return the dimension of the intersection of two spaces."""
    return dimension(one) + dimension(other) - dimension(np.hstack([one, other]))


@st.composite
def routes(draw):
    """Draw classes of outputs and which of 4 inputs, or constant, each repeats."""
    count = draw(st.integers(1, 8))
    ids = draw(st.lists(st.sampled_from([UNREAD, 0, 1, 2, 3, 4]), min_size=count, max_size=count))
    source = draw(st.lists(SMALL, min_size=count, max_size=count))
    return torch.tensor(ids), torch.tensor(source)


@given(routes())
def test_pulled_classes_are_all_shifts_of_inputs_that_outputs_allow(route):
    ids, source = route
    repeat = np.zeros((len(ids), 4))
    for at, number in enumerate(source.tolist()):
        if number:
            repeat[at, number - 1] = 1
    allowed = shifts(ids)
    # inputs whose outputs lie in the allowed space: the null space of [repeat, -allowed], seen on the inputs
    both = np.hstack([repeat, -allowed])
    _, singular, right = np.linalg.svd(both)
    null = right[(singular > 1e-9).sum() :].T
    pulled = pull(ids, source, 4)
    found = torch.zeros(4, dtype=torch.int64) if pulled is None else pulled
    expected = null[:4]
    assert dimension(shifts(found)) == dimension(expected)
    assert common(shifts(found), expected) == dimension(expected)


@given(
    st.lists(st.tuples(st.sampled_from([-1, 0, 1, 2, 3]), st.sampled_from([-1, 0, 1, 2, 3])), min_size=1, max_size=8)
)
def test_what_two_readers_absorb_is_the_intersection(pairs):
    one, other = torch.tensor(pairs).T
    joined = join(one, other)
    found = shifts(torch.zeros_like(one) if joined is None else joined)
    expected = common(shifts(one), shifts(other))
    assert dimension(found) == expected
    assert common(found, shifts(one)) == common(found, shifts(other)) == expected


@given(st.lists(SMALL, min_size=2, max_size=4), st.lists(SMALL, min_size=2, max_size=4), st.data())
def test_products_join_as_their_elements_do(rows, columns, data):
    size = (
        st.lists(SMALL, min_size=len(rows), max_size=len(rows)),
        st.lists(SMALL, min_size=len(columns), max_size=len(columns)),
    )
    one = Product((torch.tensor(rows), torch.tensor(columns)))
    other = Product(tuple(torch.tensor(data.draw(axis)) for axis in size))
    joined, plain = join(one, other), join(one.dense(), other.dense())
    dense = torch.zeros(len(rows), len(columns)) if joined is None else joined.dense()
    expected = torch.zeros(len(rows), len(columns)) if plain is None else plain
    # never more than is absorbed, and all of it where nothing is frozen
    assert common(shifts(dense), shifts(expected)) == dimension(shifts(dense))
    if all(bool((axis > 0).all()) for product in (one, other) for axis in product.axes):
        assert dimension(shifts(dense)) == dimension(shifts(expected))


def test_a_class_that_meets_two_factors_is_frozen():
    ids = torch.tensor([[1, 1], [2, 3]])
    assert settle(ids, torch.tensor([5, 6])).tolist() == [[0, 0], [2, 3]]
