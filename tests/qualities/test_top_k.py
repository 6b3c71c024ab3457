import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import top_k_accuracy_score
from torchmetrics.functional.classification import multiclass_accuracy

from netwright.qualities.accuracy import accuracy
from netwright.qualities.intervals import wilson_interval
from netwright.qualities.top_k import measure, top_k_accuracy
from netwright.records.errors import InputError


@pytest.mark.parametrize(("n", "classes", "k"), [(50, 4, 3), (500, 10, 5), (300, 10, 3), (1, 3, 2)])
def test_equals_the_oracles(predictions, n, classes, k):
    probabilities, labels = predictions(n, classes)
    found = top_k_accuracy(probabilities, labels, k)
    oracle = top_k_accuracy_score(labels, probabilities, k=k, labels=range(classes))
    assert found.value == pytest.approx(oracle)
    other = multiclass_accuracy(probabilities, labels, num_classes=classes, average="micro", top_k=k)
    assert found.value == pytest.approx(float(other))
    assert (found.low, found.high) == wilson_interval(round(oracle * n), n)


@given(st.lists(st.tuples(st.integers(0, 3), st.lists(st.integers(1, 3), min_size=4, max_size=4)), min_size=1))
def test_ties_are_broken_as_accuracy_breaks_them_and_more_ranks_find_more(samples):
    labels = torch.tensor([label for label, _ in samples])
    weights = torch.tensor([weights for _, weights in samples]).double()
    probabilities = weights / weights.sum(1, keepdim=True)
    found = [top_k_accuracy(probabilities, labels, k).value for k in (1, 2, 3)]
    assert found[0] == accuracy(probabilities, labels).value
    assert found == sorted(found)
    # a slow reference: sort by (probability descending, number)
    for k, value in enumerate(found, start=1):
        ranked = [sorted(range(4), key=lambda j, row=row: (-row[j], j)) for row in probabilities.tolist()]
        right = [label in order[:k] for label, order in zip(labels.tolist(), ranked, strict=True)]
        assert value == sum(right) / len(right)


@pytest.mark.parametrize("k", [0, 3])
def test_refuses_ranks_that_mean_nothing(predictions, k):
    with pytest.raises(InputError, match=f"k={k} with 3 classes"):
        top_k_accuracy(*predictions(5, 3), k)


@pytest.mark.parametrize("evidence", ["linear"], indirect=True)
def test_says_so_where_there_are_too_few_classes(evidence):
    first, second = measure(evidence)
    assert first.reason == "with 3 classes the true one is always among 3"
    assert second.quality == "accuracy.top5"
