import numpy as np
import pytest
import torch
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from netwright.models.logistic_regression import logistic_regression
from netwright.records.errors import DataError


def data(classes, count: int = 60):
    rng = np.random.default_rng(0)
    labels = np.resize(classes, count)
    values = rng.normal(size=(count, 1, 3, 4)) * rng.uniform(0.1, 5, size=(1, 1, 3, 4)) + labels[:, None, None, None]
    values[:, 0, 0, 0] = 0.7  # a pixel that never changes
    return torch.from_numpy(values).float(), torch.from_numpy(labels)


@pytest.mark.parametrize("classes", [[0, 1, 2, 3], [0, 1], [3, 1]])
def test_probabilities_are_those_of_the_pipeline_of_scikit_learn(classes):
    inputs, labels = data(classes)
    model = logistic_regression((1, 3, 4), 4, C=0.5)
    model.fit(inputs, labels, seed=0)
    flat = inputs.flatten(1).double().numpy()
    reference = make_pipeline(StandardScaler(), LogisticRegression(C=0.5, max_iter=1000)).fit(flat, labels.numpy())
    expected = np.zeros((len(labels), 4))
    expected[:, sorted(classes)] = reference.predict_proba(flat)
    with torch.no_grad():
        np.testing.assert_allclose(model(inputs).softmax(1).numpy(), expected, atol=2e-5)


def test_before_the_fit_every_class_is_equally_likely():
    assert torch.equal(logistic_regression((1, 2, 2), 5)(torch.ones(3, 1, 2, 2)).softmax(1), torch.full((3, 5), 0.2))


def test_the_state_is_one_linear_layer():
    model = logistic_regression((1, 28, 28), 10)
    assert {key: tuple(value.shape) for key, value in model.state_dict().items()} == {
        "linear.weight": (10, 784),
        "linear.bias": (10,),
    }


def test_one_class_is_refused():
    with pytest.raises(DataError, match=r"all 60 training labels are \[2\]"):
        logistic_regression((1, 3, 4), 4).fit(*data([2]), seed=0)


def test_too_few_iterations_are_told():
    with pytest.warns(match="lbfgs failed to converge"):
        logistic_regression((1, 3, 4), 4, max_iter=1).fit(*data([0, 1, 2]), seed=0)
