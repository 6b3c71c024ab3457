import numpy as np
import pytest

from netwright.records.errors import InputError
from netwright.selection.front import front_probabilities
from netwright.selection.pareto import pareto_front


def test_probability_is_the_share_of_draws():
    draws = np.random.default_rng(0).normal(size=(300, 5, 2))
    expected = np.mean([pareto_front(draw, ["higher", "lower"]) for draw in draws], axis=0)
    assert front_probabilities(draws, ["higher", "lower"]).tolist() == pytest.approx(expected.tolist())


def test_who_misses_a_constraint_in_a_draw_neither_stands_nor_dominates_there():
    draws = np.tile([[2.0], [1.0]], (4, 1, 1))
    holds = np.array([[True, True], [True, True], [True, True], [False, True]])
    assert front_probabilities(draws, ["higher"], holds=holds).tolist() == [0.75, 0.25]


def test_without_noise_it_is_certain():
    draws = np.tile([[1.0, 2.0], [2.0, 1.0], [0.5, 0.5]], (10, 1, 1))
    assert front_probabilities(draws, ["higher", "higher"]).tolist() == [1.0, 1.0, 0.0]


def test_without_candidates_there_is_no_front():
    assert front_probabilities(np.empty((10, 0, 2)), ["higher", "higher"]).shape == (0,)


def test_wrong_shape_is_named():
    with pytest.raises(InputError, match=r"\(2, 1\).*\(2, 3, 1\)"):
        front_probabilities(np.ones((2, 3, 1)), ["higher"], holds=np.ones((2, 1), dtype=bool))
