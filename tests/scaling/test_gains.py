"""Gains: which candidates are pairs, Student's paired interval, and how often it holds the truth."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from netwright.records.candidate import Candidate, Recipe
from netwright.scaling.gains import Pair, find_pairs, gains_of

PAIR = Pair("augment", "with", "without")


def candidate(name, model="mlp", options=None, **recipe):
    return Candidate(name=name, model=model, options=options or {}, recipe=Recipe(**recipe))


def test_pairs_differ_in_one_thing_of_the_recipe_and_nothing_else():
    found = find_pairs([
        candidate("plain"),
        candidate("shifted", augment="shift"),
        candidate("flipped", augment="flip"),
        candidate("pretrained", weights="w.safetensors"),
        candidate("both", augment="shift", weights="w.safetensors"),
        candidate("wide", options={"width": 2}, augment="shift"),
        candidate("slow", lr=0.01, augment="shift"),
        candidate("other", model="resnet", augment="shift"),
        candidate("twin"),
    ])  # fmt: skip
    assert found == (
        Pair("augment", "shifted", "plain"),
        Pair("augment", "shifted", "twin"),
        Pair("augment", "flipped", "plain"),
        Pair("augment", "flipped", "twin"),
        Pair("weights", "pretrained", "plain"),
        Pair("weights", "pretrained", "twin"),
        Pair("weights", "both", "shifted"),
        Pair("augment", "both", "pretrained"),
    )


def table(rows):
    """(with, without) accuracies of each seed, by size."""
    return {
        (name, size, seed): pair[column]
        for size, pairs in rows.items()
        for seed, pair in enumerate(pairs)
        if pair
        for column, name in enumerate(("with", "without"))
    }


def test_one_size_is_the_paired_t_interval():
    rows = [(0.71, 0.60), (0.74, 0.66), (0.70, 0.61), (0.77, 0.66)]
    gain, = gains_of([PAIR], table({100: rows}))  # fmt: skip
    differences = np.subtract(*np.array(rows).T)
    low, high = stats.t.interval(0.9, 3, differences.mean(), stats.sem(differences))
    assert (gain.value, gain.low, gain.high) == pytest.approx((differences.mean(), low, high))
    assert (gain.size, gain.seeds, gain.change) == (100, 4, "augment")


def test_the_spread_is_pooled_over_sizes_in_units_of_the_error():
    rows = {100: [(0.65, 0.55), (0.61, 0.59)], 400: [(0.86, 0.81), (0.84, 0.82), (0.83, 0.84)]}
    small, large = gains_of([PAIR], table(rows))
    differences = {size: np.subtract(*np.array(pairs).T) for size, pairs in rows.items()}
    errors = {size: 1 - np.mean(pairs) for size, pairs in rows.items()}
    pooled = np.sqrt(sum(((d - d.mean()) ** 2).sum() / errors[n] ** 2 for n, d in differences.items()) / 3)
    for gain in (small, large):
        reach = stats.t.ppf(0.95, 3) * pooled * errors[gain.size] / np.sqrt(gain.seeds)
        assert (gain.high - gain.value, gain.value - gain.low) == pytest.approx((reach, reach))


def test_only_common_seeds_count():
    seen = table({100: [(0.7, 0.6), (0.8, 0.7)]}) | {("with", 100, 7): 0.1, ("without", 400, 0): 0.9}
    gain, = gains_of([PAIR], seen)  # fmt: skip
    assert (gain.seeds, gain.value) == (2, pytest.approx(0.1))


def test_single_seeds_say_nothing_of_the_spread():
    gains = gains_of([PAIR], table({100: [(0.7, 0.6)], 400: [(0.8, 0.75)]}))
    assert [(gain.value, gain.low, gain.high) for gain in gains] == [
        (pytest.approx(0.1), -1, 1),
        (pytest.approx(0.05), -1, 1),
    ]
    assert gains_of([PAIR], {}) == ()


@given(st.lists(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=4), min_size=1, max_size=4))
def test_turning_the_pair_around_turns_the_sign(rows):
    seen = table({100 * (place + 1): pairs for place, pairs in enumerate(rows)})
    there, back = gains_of([PAIR], seen), gains_of([Pair("augment", "without", "with")], seen)
    assert [gain.size for gain in there] == sorted(gain.size for gain in there)
    for one, other in zip(there, back, strict=True):
        assert one.low <= one.value <= one.high
        assert (one.value, one.low, one.high) == pytest.approx((-other.value, -other.high, -other.low))


def test_it_holds_the_truth_as_often_as_it_says():
    random, held = np.random.default_rng(8), []
    errors = 0.5 * (np.array([125, 250, 500, 1000, 2000]) / 125) ** -0.4
    for _ in range(400):
        common = random.normal(0, 0.05, (5, 3))  # what the seed does to both
        noise = 1 + common[..., None] + random.normal(0, 0.04, (5, 3, 2))
        truth = 0.1 * errors
        accuracies = 1 - errors[:, None, None] * noise
        accuracies[..., 0] += truth[:, None]
        rows = {size: [tuple(pair) for pair in pairs] for size, pairs in enumerate(accuracies.tolist(), start=1)}
        held += [g.low <= t <= g.high for g, t in zip(gains_of([PAIR], table(rows)), truth, strict=True)]
    assert np.mean(held) == pytest.approx(0.9, abs=0.03)
