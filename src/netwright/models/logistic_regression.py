"""Multinomial logistic regression, fitted by scikit-learn and kept as one linear layer."""

from math import prod

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

        Raises:
            DataError: There is only one class.
        """
        # imported here, because a fitted model that is loaded again needs none of it
        from sklearn.linear_model import LogisticRegression as Solver
        from sklearn.preprocessing import StandardScaler

        seen = np.unique(labels.numpy())
        if len(seen) < 2:
            raise DataError(
                f"logistic-regression: all {len(labels)} training labels are {seen.tolist()}; give it samples of two "
                "classes or more"
            )
        values = inputs.flatten(1).double().numpy()
        scaler = StandardScaler().fit(values)
        solver = Solver(C=self.strength, max_iter=self.max_iter, random_state=seed)
        solver.fit(scaler.transform(values), labels.numpy())
        weight, bias = solver.coef_, solver.intercept_
        if len(seen) == 2:
            # for two classes scikit-learn gives one row, the logit of the second against the first
            weight, bias = np.vstack([0 * weight, weight]), np.append(0.0, bias)
        weight = weight / scaler.scale_
        bias = bias - weight @ scaler.mean_
        with torch.no_grad():
            self.linear.weight.zero_()
            self.linear.bias.fill_(UNSEEN_LOGIT)
            self.linear.weight[seen] = torch.from_numpy(weight).float()
            self.linear.bias[seen] = torch.from_numpy(bias).float()


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
