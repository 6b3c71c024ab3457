import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.datasets import load_digits
from sklearn.ensemble import RandomForestClassifier
from sklearn.tree import DecisionTreeClassifier

from netwright.models.decision_tree import decision_tree
from netwright.models.random_forest import random_forest
from netwright.models.tree_ensemble import SMALLEST_PROBABILITY, TreeEnsemble
from netwright.records.errors import DataError


def expected(estimator, values: np.ndarray, classes: int) -> np.ndarray:
    shares = np.zeros((len(values), classes))
    shares[:, estimator.classes_] = estimator.predict_proba(values)
    return shares


def check_equal(model: TreeEnsemble, estimator, values: np.ndarray, classes: int) -> None:
    with torch.inference_mode():
        logits = model(torch.from_numpy(values).reshape(len(values), 1, 1, -1))
    shares = expected(estimator, values, classes)
    assert np.array_equal(logits.argmax(1).numpy(), shares.argmax(1))
    assert np.array_equal(logits.softmax(1).argmax(1).numpy(), estimator.predict(values))
    np.testing.assert_allclose(logits.softmax(1).numpy(), shares, atol=classes * SMALLEST_PROBABILITY + 2e-6)


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 2**20),
    count=st.integers(1, 60),
    features=st.integers(1, 6),
    classes=st.integers(1, 5),
    trees=st.integers(1, 12),
    min_leaf=st.integers(1, 5),
    max_depth=st.one_of(st.none(), st.integers(1, 6)),
)
def test_a_forest_predicts_what_scikit_learn_predicts(seed, count, features, classes, trees, min_leaf, max_depth):
    rng = np.random.default_rng(seed)
    # few distinct values, so that many inputs lie beside thresholds and many votes are tied
    values = (rng.integers(0, 4, size=(count, features)) / 3).astype(np.float32)
    labels = rng.integers(0, classes, size=count)
    model = random_forest((1, 1, features), classes, trees=trees, min_leaf=min_leaf, max_depth=max_depth)
    model.fit(torch.from_numpy(values).reshape(count, 1, 1, features), torch.from_numpy(labels), seed)
    reference = RandomForestClassifier(trees, min_samples_leaf=min_leaf, max_depth=max_depth, random_state=seed)
    reference.fit(values, labels)
    unseen = (rng.integers(-1, 9, size=(80, features)) / 6).astype(np.float32)
    check_equal(model, reference, np.concatenate([values, unseen]), classes)


def test_inputs_on_a_threshold_go_left_as_in_scikit_learn():
    digits = load_digits()
    values, labels = digits.data.astype(np.float32), digits.target
    model = decision_tree((1, 8, 8), 10)
    model.fit(torch.from_numpy(values[:500]).reshape(-1, 1, 8, 8), torch.from_numpy(labels[:500]), 3)
    reference = DecisionTreeClassifier(random_state=3).fit(values[:500], labels[:500])
    rng = np.random.default_rng(0)
    at = rng.choice(reference.tree_.threshold[reference.tree_.feature >= 0], size=(2000, 64)).astype(np.float32)
    around = np.concatenate([values, at, np.nextafter(at, np.float32(99)), np.nextafter(at, np.float32(-99))])
    check_equal(model, reference, around, 10)


def test_the_digits_are_predicted_as_by_scikit_learn():
    digits = load_digits()
    values, labels = digits.data.astype(np.float32), digits.target
    model = random_forest((1, 8, 8), 10, trees=30, min_leaf=2)
    model.fit(torch.from_numpy(values[:600]).reshape(-1, 1, 8, 8), torch.from_numpy(labels[:600]), 1)
    reference = RandomForestClassifier(30, min_samples_leaf=2, random_state=1).fit(values[:600], labels[:600])
    noisy = values + np.random.default_rng(0).normal(0, 3, values.shape).astype(np.float32)
    check_equal(model, reference, np.concatenate([values, noisy]), 10)


def test_a_loaded_forest_takes_the_shapes_of_what_was_grown():
    small, large = random_forest((1, 1, 2), 3, trees=2), random_forest((1, 1, 2), 3, trees=7)
    inputs, labels = torch.randn(50, 1, 1, 2), torch.arange(50) % 3
    large.fit(inputs, labels, 0)
    small.load_state_dict(large.state_dict())
    assert len(small.root) == 7
    assert torch.equal(small(inputs), large(inputs))
    large.fit(inputs.flip(0), labels, 1)
    assert not torch.equal(small(inputs), large(inputs)), "the two must not share memory"


def test_a_forest_of_other_classes_is_not_loaded():
    other = random_forest((1, 1, 2), 4)
    with pytest.raises(RuntimeError, match="size mismatch for votes"):
        random_forest((1, 1, 2), 3).load_state_dict(other.state_dict())


def test_a_forest_without_a_part_is_not_loaded():
    state = random_forest((1, 1, 2), 3).state_dict()
    del state["left"]
    with pytest.raises(RuntimeError, match="Missing key"):
        random_forest((1, 1, 2), 3).load_state_dict(state)


def test_it_loads_as_a_part_of_a_larger_module():
    inputs = torch.randn(20, 1, 1, 2)
    grown = random_forest((1, 1, 2), 3, trees=2)
    grown.fit(inputs, torch.arange(20) % 3, 0)
    outer = torch.nn.Sequential(torch.nn.Identity(), random_forest((1, 1, 2), 3))
    outer.load_state_dict(torch.nn.Sequential(torch.nn.Identity(), grown).state_dict())
    assert torch.equal(outer(inputs), grown(inputs))


def test_before_the_fit_every_class_is_equally_likely():
    shares = random_forest((1, 2, 2), 4)(torch.ones(3, 1, 2, 2)).softmax(1)
    torch.testing.assert_close(shares, torch.full((3, 4), 0.25))


def test_no_samples_are_refused():
    with pytest.raises(DataError, match="no training sample"):
        decision_tree((1, 2, 2), 4).fit(torch.zeros(0, 1, 2, 2), torch.zeros(0).long(), 0)
