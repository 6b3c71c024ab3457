"""Overlaps against sets, pair by pair."""

import math
from itertools import combinations
from statistics import fmean

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from netwright.anatomy.overlap import correlations, overlap_of

tables = st.integers(2, 4).flatmap(
    lambda rows: st.lists(st.lists(st.sampled_from([-0.6, -0.4, 0.0, 0.1, 0.5]), min_size=5, max_size=5),
                          min_size=rows, max_size=rows)
)  # fmt: skip


@given(tables)
def test_indices_are_those_of_the_sets(rows):
    found = overlap_of(3, torch.tensor(rows, dtype=torch.float64), 0.35)
    ups = [{j for j, value in enumerate(row) if value > 0.35} for row in rows]
    downs = [{j for j, value in enumerate(row) if value < -0.35} for row in rows]
    plain, signed = [], []
    for a, b in combinations(range(len(rows)), 2):
        first, second = ups[a] | downs[a], ups[b] | downs[b]
        if first | second:
            plain.append(len(first & second) / len(first | second))
            signed.append(len((ups[a] & ups[b]) | (downs[a] & downs[b])) / len(first | second))
    assert found.jaccard == (pytest.approx(fmean(plain)) if plain else None)
    assert found.signed_jaccard == (pytest.approx(fmean(signed)) if signed else None)
    assert found.active == pytest.approx(fmean(len(up | down) / 5 for up, down in zip(ups, downs, strict=True)))
    assert found.layer == 3


def test_correlations_are_pearsons():
    table = torch.randn(4, 9, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    torch.testing.assert_close(correlations(table), torch.corrcoef(table))
    seen = overlap_of(0, table, 0.35)
    pairs = torch.corrcoef(table)[tuple(torch.triu_indices(4, 4, 1))]
    assert seen.correlation == pytest.approx(float(pairs.mean()))
    assert seen.least_correlation == pytest.approx(float(pairs.min()))


def test_a_layer_without_neurons_shares_none():
    found = overlap_of(0, torch.zeros(2, 0), 0.35)
    assert (found.jaccard, found.correlation, found.active) == (None, 0.0, 0.0)
    assert math.isclose(found.least_correlation, 0.0)
