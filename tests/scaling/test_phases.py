"""Phases against exact piecewise lines and against exhaustive search."""

from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netwright.records.errors import InputError
from netwright.scaling.phases import CONSTANTS, MOST_SEGMENTS, SHORTEST, SMALLEST_NOISE, find_phases


def told(values):
    return [(piece.phase, piece.first, piece.last) for piece in find_phases(values)]


@pytest.mark.parametrize(
    ("values", "wanted"),
    [
        pytest.param([0.1 * k for k in range(8)], [("rise", 1, 8)], id="one rise"),
        pytest.param([0.7] * 8, [("plateau", 1, 8)], id="one plateau"),
        pytest.param([0.9 - 0.1 * k for k in range(8)], [("decay", 1, 8)], id="one decay"),
        pytest.param([0, 0.2, 0.4, 0.6, 0.6, 0.6, 0.6], [("rise", 1, 4), ("plateau", 5, 7)], id="rise, plateau"),
        pytest.param(
            [0.2, 0.4, 0.6, 0.8, 0.8, 0.8, 0.8, 0.8, 0.7, 0.6, 0.5],
            [("rise", 1, 4), ("plateau", 5, 8), ("decay", 9, 11)],
            id="the trapezoid",
        ),
        pytest.param([0.5], [("plateau", 1, 1)], id="one epoch"),
        pytest.param([0.5, 0.9], [("plateau", 1, 2)], id="two epochs"),
    ],
)
def test_exact_pieces_are_found(values, wanted):
    assert told(values) == wanted


def test_a_noisy_trapezoid_keeps_its_phases():
    clean = np.concatenate([np.linspace(0.1, 0.8, 10), np.full(15, 0.8), np.linspace(0.8, 0.5, 10)])
    kept = 0
    for seed in range(50):
        found = told(clean + np.random.default_rng(seed).normal(0, 0.01, len(clean)))
        kept += [phase for phase, _, _ in found] == ["rise", "plateau", "decay"]
        assert abs(found[0][2] - 10) <= 2
        assert abs(found[1][2] - 25) <= 2
    # a plateau passes for a slope once in a hundred times
    assert kept >= 47


def test_noise_about_a_constant_is_a_plateau():
    plain = [told(0.7 + np.random.default_rng(seed).normal(0, 0.02, 30)) for seed in range(50)]
    assert sum(found == [("plateau", 1, 30)] for found in plain) >= 45


def exhaustive(y):
    """The smallest criterion over every way to cut, with numpy's own least squares."""

    def left(first, last):
        x = np.arange(first, last)
        line = np.polynomial.Polynomial.fit(x, y[first:last], 1)
        return float(((y[first:last] - line(x)) ** 2).sum())

    count = len(y)
    best = []
    for pieces in range(1, MOST_SEGMENTS + 1):
        for cuts in combinations(range(1, count), pieces - 1):
            edges = [0, *cuts, count]
            if min(np.diff(edges)) < SHORTEST:
                continue
            squares = sum(left(a, b) for a, b in pairwise(edges))
            penalty = CONSTANTS * pieces * np.log(count)
            best.append((count * np.log(max(squares / count, SMALLEST_NOISE**2)) + penalty, edges))
    return min(best)


@given(st.lists(st.floats(0, 1), min_size=3, max_size=12))
def test_dynamic_programming_finds_what_exhaustive_search_finds(values):
    y = np.array(values)
    found = find_phases(values)
    edges = [0, *(piece.last for piece in found)]
    squares = 0.0
    for a, b in pairwise(edges):
        x = np.arange(a, b)
        squares += float(((y[a:b] - np.polynomial.Polynomial.fit(x, y[a:b], 1)(x)) ** 2).sum())
    reached = len(y) * np.log(max(squares / len(y), SMALLEST_NOISE**2)) + CONSTANTS * len(found) * np.log(len(y))
    assert reached == pytest.approx(exhaustive(y)[0], abs=1e-6)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=40))
def test_pieces_cover_every_epoch_once_and_mirror_with_the_curve(values):
    found = find_phases(values)
    assert 1 <= len(found) <= MOST_SEGMENTS
    assert [piece.first for piece in found] == [1, *(piece.last + 1 for piece in found[:-1])]
    assert found[-1].last == len(values)
    upside_down = find_phases([1 - value for value in values])
    turned = {"rise": "decay", "decay": "rise", "plateau": "plateau"}
    if [piece.last for piece in upside_down] == [piece.last for piece in found]:
        assert [piece.phase for piece in upside_down] == [turned[piece.phase] for piece in found]


@pytest.mark.parametrize("values", [[], [0.5, float("nan"), 0.6]])
def test_what_is_no_curve_is_refused(values):
    with pytest.raises(InputError, match="finite value"):
        find_phases(values)
