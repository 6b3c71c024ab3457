import numpy as np
import pytest
import torch
from sklearn.metrics import accuracy_score
from torchmetrics.functional.classification import multiclass_accuracy

from netwright.qualities.accuracy import accuracy


@pytest.mark.parametrize(("n", "classes"), [(1, 2), (50, 3), (1000, 10)])
def test_equals_the_oracles(predictions, n, classes):
    probabilities, labels = predictions(n, classes)
    found = accuracy(probabilities, labels)
    assert found.value == accuracy_score(labels, probabilities.argmax(1))
    oracle = multiclass_accuracy(probabilities, labels, num_classes=classes, average="micro")
    assert found.value == pytest.approx(float(oracle))
    assert found.n == n


def test_perfection_on_few_images_is_not_certain():
    found = accuracy(torch.eye(2), torch.tensor([0, 1]))
    assert (found.value, found.high) == (1.0, 1.0)
    assert found.low < 0.5


def test_the_interval_covers_at_its_level(predictions):
    rng = np.random.default_rng(0)
    probabilities, labels = predictions(50_000)
    truth = accuracy(probabilities, labels).value
    held = 0
    for _ in range(300):
        drawn = torch.from_numpy(rng.integers(0, 50_000, 200))
        found = accuracy(probabilities[drawn], labels[drawn])
        held += found.low <= truth <= found.high
    assert 0.85 <= held / 300 <= 0.95
