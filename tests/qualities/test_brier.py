import numpy as np
import pytest
import torch
from sklearn.metrics import brier_score_loss

from netwright.qualities.brier import brier_score


@pytest.mark.parametrize(("n", "classes"), [(5, 2), (200, 3), (500, 10)])
def test_equals_the_definition(predictions, n, classes):
    probabilities, labels = predictions(n, classes)
    truth = torch.nn.functional.one_hot(labels, classes)
    assert brier_score(probabilities, labels).value == pytest.approx(float((probabilities - truth).square().sum() / n))


def test_equals_scikit_learn_for_many_classes(predictions):
    probabilities, labels = predictions(300, 4)
    oracle = brier_score_loss(labels, probabilities, labels=list(range(4)), scale_by_half=False)
    assert brier_score(probabilities, labels).value == pytest.approx(oracle)


def test_is_twice_the_score_of_two_classes(predictions):
    probabilities, labels = predictions(300, 2)
    assert brier_score(probabilities, labels).value == pytest.approx(2 * brier_score_loss(labels, probabilities[:, 1]))


def test_runs_from_zero_to_two():
    right = brier_score(torch.eye(2), torch.tensor([0, 1]))
    wrong = brier_score(torch.eye(2), torch.tensor([1, 0]))
    assert (right.value, wrong.value) == (0.0, 2.0)
    assert "cannot show" in right.notes[0]


def test_one_image_could_have_been_anything():
    found = brier_score(torch.tensor([[0.5, 0.5]]), torch.tensor([0]))
    assert (found.low, found.value, found.high) == (0.0, 0.5, 2.0)


def test_the_interval_covers_at_its_level(predictions):
    probabilities, labels = predictions(50_000, 5)
    truth = brier_score(probabilities, labels).value
    rng = np.random.default_rng(0)
    held = 0
    for _ in range(400):
        drawn = torch.from_numpy(rng.integers(0, 50_000, 200))
        found = brier_score(probabilities[drawn], labels[drawn])
        held += found.low <= truth <= found.high
    assert 0.86 <= held / 400 <= 0.94
