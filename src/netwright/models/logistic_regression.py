"""Multinomial logistic regression, fitted by scikit-learn and kept as one linear layer."""

from math import prod
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from netwright.models.options import whole, within
from netwright.records.errors import DataError

UNSEEN_LOGIT = -1e4
"""Bias of a class that has no training image: its probability is 0 in float32."""


class LogisticRegression(nn.Module):
    """P(k | x) = softmax(W x + b)_k, where W and b contain the standardisation of the inputs.

    Before `fit` both are 0, so that every class is equally likely.

    Args:
        inputs: Values of an input.
        classes: How many logits.
        strength: C, the inverse of the penalty's weight.
        max_iter: Iterations of L-BFGS.
    """

    def __init__(self, inputs: int, classes: int, strength: float, max_iter: int) -> None:
        super().__init__()
        self.strength = strength
        self.max_iter = max_iter
        self.linear = nn.Linear(inputs, classes)
        nn.init.zeros_(self.linear.weight)
        nn.init.zeros_(self.linear.bias)

    def forward(self, x: Tensor) -> Tensor:
        """Return logits (N, classes) of inputs (N, ...)."""
        logits: Tensor = self.linear(x.flatten(1))
        return logits

    def fit(self, inputs: Tensor, labels: Tensor, seed: int) -> None:
        """Minimise C sum_i -log P(y_i | z_i) + |V|^2 / 2 over standardised inputs z; the solution is unique.

        Args:
            inputs: float32 (N, ...).
            labels: int64 (N,).
            seed: Handed to scikit-learn; the solver draws nothing.
        """
        # imported here, because a fitted model that is loaded again needs none of it
        from sklearn.preprocessing import StandardScaler

        values = inputs.flatten(1).double().numpy()
        scaler = StandardScaler().fit(values)
        settings = self.strength, self.max_iter, seed
        weight, bias = solve("logistic-regression", scaler.transform(values), labels, len(self.linear.bias), settings)
        weight = weight / scaler.scale_
        with torch.no_grad():
            self.linear.weight.copy_(torch.from_numpy(weight))
            self.linear.bias.copy_(torch.from_numpy(bias - weight @ scaler.mean_))


def solve(
    model: str, values: Any, labels: Tensor, classes: int, settings: tuple[float, int, int]
) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Return the weights that minimise C sum_i -log softmax(W v_i + b)_{y_i} + |W|^2 / 2.

    A class without a sample gets weights 0 and a bias that makes its probability 0 in float32.

    Args:
        model: Its name, for the message.
        values: (N, F), an array or a sparse matrix.
        labels: int64 (N,).
        classes: K; labels may lack some.
        settings: (C, most iterations, seed) of scikit-learn's solver.

    Returns:
        W (K, F) and b (K,).

    Raises:
        DataError: There is only one class.

    >>> weight, bias = solve("r", np.array([[-1.0], [1.0]]), torch.tensor([0, 2]), 3, (1.0, 100, 0))
    >>> bool(weight[2, 0] > 0), weight[1].tolist(), bias[1].item()
    (True, [0.0], -10000.0)
    """
    # imported here, because a fitted model that is loaded again needs none of it
    from sklearn.linear_model import LogisticRegression as Solver

    seen = np.unique(labels.numpy())
    if len(seen) < 2:
        raise DataError(
            f"{model}: all {len(labels)} training labels are {seen.tolist()}; give it samples of two classes or more"
        )
    strength, max_iter, seed = settings
    solver = Solver(C=strength, max_iter=max_iter, random_state=seed)
    solver.fit(values, labels.numpy())
    found, offset = solver.coef_, solver.intercept_
    if len(seen) == 2:
        # for two classes scikit-learn gives one row, the logit of the second against the first
        found, offset = np.vstack([0 * found, found]), np.append(0.0, offset)
    weight, bias = np.zeros((classes, found.shape[1])), np.full(classes, UNSEEN_LOGIT)
    weight[seen], bias[seen] = found, offset
    return weight, bias


def logistic_regression(
    shape: tuple[int, ...],
    classes: int,
    *,
    C: float = 0.01,  # noqa: N803 - the field's name
    max_iter: int = 1000,
) -> nn.Module:
    """Return a multinomial logistic regression on the values of an input, each standardised on the training samples.

    It fits itself (`netwright.models.fits_itself`); afterwards it is one linear layer.

    Source: Hastie, Tibshirani and Friedman 2009, "The Elements of Statistical Learning", section 4.4; solved by
    scikit-learn's `LogisticRegression` (L-BFGS, L2 penalty).

    Args:
        shape: Of an input: (channels, height, width) of an image, (features,) of a row.
        classes: How many logits.
        C: Inverse of the penalty's weight; smaller is stronger.
        max_iter: Iterations of the solver; scikit-learn warns where they do not suffice.

    Returns:
        A module from (N, *shape) to logits (N, classes).

    >>> model = logistic_regression((1, 1, 1), 2, C=100.0)
    >>> model.fit(torch.tensor([-3.0, -1.0, 1.0, 3.0]).reshape(4, 1, 1, 1), torch.tensor([0, 0, 1, 1]), seed=0)
    >>> model(torch.tensor([-2.0, 2.0]).reshape(2, 1, 1, 1)).argmax(1).tolist()
    [0, 1]
    """
    within("logistic-regression.C", C, 1e-9, 1e9)
    whole("logistic-regression.max_iter", max_iter, 1, 1_000_000)
    return LogisticRegression(prod(shape), classes, C, max_iter)
