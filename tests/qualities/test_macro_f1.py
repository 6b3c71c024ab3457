import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import f1_score
from torchmetrics.functional.classification import multiclass_f1_score

from netwright.qualities.macro_f1 import macro_f1


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=40))
def test_equals_scikit_learn_with_absent_classes_too(pairs):
    labels, guesses = (torch.tensor(column) for column in zip(*pairs, strict=True))
    found = macro_f1(torch.eye(5)[guesses], labels)
    assert found.value == pytest.approx(f1_score(labels, guesses, average="macro", zero_division=0))
    assert 0 <= found.low <= found.value <= found.high <= 1


def test_equals_torchmetrics(predictions):
    probabilities, labels = predictions(500, 7)
    oracle = multiclass_f1_score(probabilities, labels, num_classes=7, average="macro")
    assert macro_f1(probabilities, labels).value == pytest.approx(float(oracle))


def test_the_interval_is_that_of_resampled_images(predictions):
    probabilities, labels = predictions(300)
    guesses = probabilities.argmax(1)
    rng = np.random.default_rng(1)
    scores = []
    for _ in range(500):
        drawn = rng.integers(0, 300, 300)
        scores.append(f1_score(labels[drawn], guesses[drawn], average="macro"))
    found = macro_f1(probabilities, labels)
    assert [found.low, found.high] == pytest.approx(np.quantile(scores, [0.05, 0.95]), abs=0.015)


def test_the_interval_covers_at_its_level(predictions):
    probabilities, labels = predictions(50_000, 5)
    truth = macro_f1(probabilities, labels).value
    rng = np.random.default_rng(0)
    held = 0
    for _ in range(300):
        drawn = torch.from_numpy(rng.integers(0, 50_000, 200))
        found = macro_f1(probabilities[drawn], labels[drawn])
        held += found.low <= truth <= found.high
    assert 0.85 <= held / 300 <= 0.95


@pytest.mark.parametrize("right", [True, False])
def test_all_alike_is_not_certain(right):
    labels = torch.tensor([0, 1] * 20)
    found = macro_f1(torch.eye(2)[labels if right else 1 - labels], labels)
    assert found.value == float(right)
    assert 0.05 < found.high - found.low < 0.1
    assert "Wilson" in found.notes[0]


def test_the_seed_moves_the_interval_only(predictions):
    probabilities, labels = predictions(200)
    first, second = (macro_f1(probabilities, labels, seed=seed) for seed in (0, 1))
    assert first.value == second.value
    assert (first.low, first.high) != (second.low, second.high)
