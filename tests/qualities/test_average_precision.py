import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score
from torchmetrics.functional.classification import multiclass_average_precision

from netwright.qualities.average_precision import average_precision, measure
from netwright.records.errors import InputError


def rare_class(n, share, seed):
    """Two classes, the second one rare; its scores are shifted by two standard deviations."""
    generator = torch.Generator().manual_seed(seed)
    labels = (torch.rand(n, generator=generator) < share).long()
    second = torch.sigmoid(torch.randn(n, generator=generator, dtype=torch.float64) + 2 * labels - 2)
    return torch.stack([1 - second, second], 1), labels


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 4)), min_size=1, max_size=40))
def test_equals_scikit_learn_with_ties_too(samples):
    labels = torch.tensor([int(positive) for positive, _ in samples])
    second = torch.tensor([score / 4 for _, score in samples], dtype=torch.float64)
    probabilities = torch.stack([1 - second, second], 1)
    if not labels.any():
        with pytest.raises(InputError, match="no sample of class 1"):
            average_precision(probabilities, labels)
        return
    found = average_precision(probabilities, labels)
    assert found.value == pytest.approx(average_precision_score(labels, second))
    assert 0 <= found.low <= found.value <= found.high <= 1


@pytest.mark.parametrize("classes", [3, 10])
def test_many_classes_are_averaged_as_the_oracles_do(predictions, classes):
    probabilities, labels = predictions(400, classes)
    found = average_precision(probabilities, labels).value
    oracle = multiclass_average_precision(probabilities, labels, num_classes=classes, average="macro")
    assert found == pytest.approx(float(oracle), abs=1e-6)
    truth = torch.nn.functional.one_hot(labels, classes)
    assert found == pytest.approx(average_precision_score(truth, probabilities, average="macro"))


def test_classes_that_do_not_occur_do_not_count(predictions):
    probabilities, labels = predictions(300, 4)
    seen = labels != 2
    alone = [average_precision_score(labels[seen] == k, probabilities[seen, k]) for k in (0, 1, 3)]
    assert average_precision(probabilities[seen], labels[seen]).value == pytest.approx(np.mean(alone))


def test_the_interval_is_that_of_the_slope_over_each_samples_weight():
    # the infinitesimal jackknife, done slowly: nudge the weight of each sample and see
    probabilities, labels = rare_class(60, 0.3, seed=4)
    second, step = probabilities[:, 1].numpy(), 1e-5
    slopes = []
    for i in range(60):
        up, down = np.ones(60), np.ones(60)
        up[i], down[i] = 1 + step, 1 - step
        values = [average_precision_score(labels, second, sample_weight=weight) for weight in (up, down)]
        slopes.append((values[0] - values[1]) / (2 * step))
    found = average_precision(probabilities, labels)
    spread = np.sqrt(np.sum(np.square(slopes))) / (found.value * (1 - found.value))
    centre = np.log(found.value / (1 - found.value))
    ends = 1 / (1 + np.exp(-(centre + np.array([-1, 1]) * 1.6448536 * spread)))
    assert [found.low, found.high] == pytest.approx(ends, abs=1e-6)


@pytest.mark.parametrize("share", [0.1, 0.5])
def test_the_interval_covers_at_its_level(share):
    truth = average_precision(*rare_class(400_000, share, seed=99)).value
    held = 0
    for seed in range(300):
        found = average_precision(*rare_class(400, share, seed))
        held += found.low <= truth <= found.high
    assert 0.85 <= held / 300 <= 0.95


def test_the_order_of_samples_and_of_classes_changes_nothing(predictions):
    probabilities, labels = predictions(200, 5)
    order, names = torch.randperm(200), torch.randperm(5)
    shuffled = average_precision(probabilities[order][:, names], names.argsort()[labels[order]])
    first = average_precision(probabilities, labels)
    assert (shuffled.value, shuffled.low) == pytest.approx((first.value, first.low))


def test_perfection_on_few_samples_is_not_certain():
    found = average_precision(torch.eye(2), torch.tensor([0, 1]))
    assert (found.value, found.high) == (1.0, 1.0)
    assert found.low < 0.5
    assert "Wilson" in found.notes[1]


@pytest.mark.parametrize("evidence", ["linear"], indirect=True)
def test_says_so_where_nothing_is_looked_for(evidence):
    from dataclasses import replace

    none = replace(evidence, probabilities=torch.full((200, 2), 0.5), labels=torch.zeros(200, dtype=torch.int64))
    (found,) = measure(none)
    assert "class 1" in found.reason
