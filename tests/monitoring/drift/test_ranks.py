"""Ranks: equal to counting, and uniform while rows are exchangeable."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import kstest, pearsonr

from netwright.monitoring.drift.ranks import rank


def slow(reference, rows, draws):
    """Rank by comparing each row with all before it."""
    seen, places = list(reference), []
    for row, draw in zip(rows, draws, strict=True):
        seen.append(row)
        less, equal = sum(one < row for one in seen), sum(one == row for one in seen)
        places.append((less + draw * equal) / len(seen))
    return places


@given(st.integers(0, 200), st.integers(1, 8), st.integers(0, 1000))
def test_ranks_equal_counting(n, kinds, seed):
    rng = np.random.default_rng(seed)
    reference, rows, draws = rng.integers(0, kinds, (20, 2)), rng.integers(0, kinds, (n, 2)), rng.random((n, 2))
    counts = np.stack([np.bincount(reference[:, column], minlength=kinds) for column in range(2)])
    places, grown = rank(rows.astype(np.int16), counts, draws)
    for column in range(2):
        np.testing.assert_allclose(places[:, column], slow(reference[:, column], rows[:, column], draws[:, column]))
        both = np.concatenate([reference[:, column], rows[:, column]])
        assert grown[column].tolist() == np.bincount(both, minlength=kinds).tolist()


def ranked(seed, kinds, n):
    """Return ranks of rows with ties, drawn as the reference was; a new and small reference for each of 400 streams."""
    rng = np.random.default_rng(seed)
    shares = rng.dirichlet(np.ones(kinds))
    streams = []
    for _ in range(400):
        counts = np.bincount(rng.choice(kinds, size=12, p=shares), minlength=kinds)[None]
        rows = rng.choice(kinds, size=(n, 1), p=shares).astype(np.int16)
        streams.append(rank(rows, counts, rng.random((n, 1)))[0][:, 0])
    return np.array(streams)


def test_ranks_are_uniform_though_the_reference_is_small_and_values_tie():
    streams = ranked(seed=0, kinds=4, n=30)
    assert kstest(streams.ravel(), "uniform").pvalue > 0.01
    assert kstest(streams[:, 0], "uniform").pvalue > 0.01
    assert kstest(streams[:, -1], "uniform").pvalue > 0.01


def test_ranks_are_independent_of_those_before():
    streams = ranked(seed=1, kinds=6, n=10)
    for later in range(1, 10):
        assert pearsonr(streams[:, 0], streams[:, later]).pvalue > 0.001
    assert pearsonr(streams[:, :-1].ravel(), streams[:, 1:].ravel()).pvalue > 0.01


def test_ranks_are_not_uniform_after_a_shift():
    rng = np.random.default_rng(2)
    places, _ = rank(np.full((50, 1), 3, np.int16), np.array([[25, 25, 25, 25]]), rng.random((50, 1)))
    assert places.min() > 0.5
