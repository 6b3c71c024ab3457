"""The solver of scale equations against dense linear algebra."""

import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st

from netwright.dynamics.scales.kin import simplified
from netwright.dynamics.scales.label import Label, Term
from netwright.dynamics.scales.solve import solve
from netwright.dynamics.scales.system import System

VARIABLES = 7
ROWS = st.lists(
    st.lists(
        st.tuples(st.integers(0, VARIABLES), st.sampled_from([-2.0, -1.0, -0.5, 0.5, 1.0, 2.0])), min_size=1, max_size=4
    ),
    max_size=9,
)


def _system(rows: list[list[tuple[int, float]]]) -> tuple[System, np.ndarray]:
    system, dense = System(count=VARIABLES + 1), np.zeros((len(rows) + 1, VARIABLES + 1))
    dense[0, 0] = 1
    for at, row in enumerate(rows, start=1):
        system.demand([Term(torch.tensor([variable]), factor) for variable, factor in row], "a reason")
        for variable, factor in row:
            dense[at, variable] += factor
    return system, dense


@given(ROWS)
def test_the_solution_spans_the_null_space(rows):
    system, dense = _system(rows)
    matrix = solve(system).matrix.toarray()
    free = VARIABLES + 1 - np.linalg.matrix_rank(dense)
    assert matrix.shape == (VARIABLES + 1, free)
    np.testing.assert_allclose(dense @ matrix, 0, atol=1e-12)
    assert np.linalg.matrix_rank(matrix) == free


@given(ROWS, st.lists(st.tuples(st.integers(0, VARIABLES), st.sampled_from([-1.0, 1.0])), max_size=4))
def test_a_simplified_label_means_the_same(rows, terms):
    system, _ = _system(rows)
    label = Label(tuple(Term(torch.tensor([variable]), factor) for variable, factor in terms))
    short = simplified(system, label)
    matrix = solve(system).matrix.toarray()

    def meaning(one: Label) -> np.ndarray:
        parts = (term.factor * matrix[term.ids.item()] for term in one.terms)
        return sum(parts, np.zeros(matrix.shape[1]))

    np.testing.assert_allclose(meaning(label), meaning(short), atol=1e-12)
    assert len(short.terms) <= len(label.terms)


def test_reasons_are_those_of_the_kin():
    system = System(count=4)
    system.demand([Term(torch.tensor([1])), Term(torch.tensor([2]), -1.0)], "equal")
    system.demand([Term(torch.tensor([2]))], "gelu")
    system.demand([Term(torch.tensor([3]))], "tanh")
    solution = solve(system)
    assert [system.reasons[number] for number in solution.reasons(np.array([1]))] == ["gelu"]
