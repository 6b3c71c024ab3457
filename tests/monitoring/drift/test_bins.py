"""Bins: every number falls into one, and frequent values into their own."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from netwright.monitoring.drift.bins import QUANTILES, Bins, choose_edges
from netwright.records.reference import FeatureReference

floats = st.floats(width=32)


def binned(edges, values):
    feature = FeatureReference(name="x", edges=edges, counts=(0,) * (len(edges) + 2), mean=0, spread=0)
    return Bins((feature,)).of(np.asarray(values, np.float32)[:, None])[:, 0]


def slow_bin(edges, value):
    if np.isnan(value):
        return len(edges) + 1
    return sum(1 for edge in edges if edge <= value)


@given(arrays(np.float32, st.integers(0, 60), elements=floats), arrays(np.float32, st.integers(1, 30), elements=floats))
def test_bins_are_what_the_record_says(reference, values):
    edges = choose_edges(reference)
    assert list(edges) == sorted(set(edges))
    assert np.isfinite(edges).all()
    assert binned(edges, values).tolist() == [slow_bin(edges, float(value)) for value in values]


@given(st.lists(st.integers(-3, 3), min_size=1, max_size=300))
def test_frequent_values_are_told_from_all_others(codes):
    edges = choose_edges(np.array(codes, np.float32))
    frequent = {code for code in codes if codes.count(code) > max(1, len(codes) / QUANTILES)}
    for code in frequent:
        beside = [code, np.nextafter(np.float32(code), np.float32(9)), np.nextafter(np.float32(code), np.float32(-9))]
        own, above, below = binned(edges, beside)
        assert below < own < above


def test_a_constant_is_told_from_what_lies_beside_it():
    edges = choose_edges(np.full(100, 7, np.float32))
    assert binned(edges, [6.999, 7, 7.001, np.nan, np.inf, -np.inf]).tolist() == [0, 1, 2, 3, 2, 0]


def test_shares_of_many_different_values_are_about_equal():
    values = np.random.default_rng(0).normal(size=20_000).astype(np.float32)
    shares = np.bincount(binned(choose_edges(values), values)) / len(values)
    assert shares.max() < 1.1 / QUANTILES
    assert len(shares) < 80


@pytest.mark.parametrize("hostile", [[], [np.nan] * 9, [np.inf, -np.inf], [3.4e38, -3.4e38]])
def test_hostile_references_have_bins_too(hostile):
    edges = choose_edges(np.array(hostile, np.float32))
    assert set(binned(edges, [0, np.nan, np.inf, -np.inf])) <= set(range(len(edges) + 2))
