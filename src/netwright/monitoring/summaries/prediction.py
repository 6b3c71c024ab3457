"""The numbers of a prediction: how sure the model is."""

import numpy as np
from numpy.typing import NDArray

NAMES = ("confidence", "margin", "entropy")


def probabilities(logits: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return softmax(logits), (N, K); NaN where a logit is not finite."""
    finite = np.where(np.isfinite(logits).all(axis=1, keepdims=True), logits, np.nan).astype(np.float64)
    raised = np.exp(finite - finite.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True))


def prediction_numbers(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return confidence (largest probability), margin (to the second) and entropy (nats) of each prediction.

    Args:
        logits: (N, K), at least two classes.

    Returns:
        (N, 3); NaN where a logit is not finite.

    >>> prediction_numbers(np.log(np.array([[0.5, 0.25, 0.25]], np.float32))).round(3).tolist()
    [[0.5, 0.25, 1.0399999618530273]]
    """
    shares = probabilities(logits)
    top = np.partition(shares, -2, axis=1)[:, -2:]
    entropy = -(shares * np.log(np.maximum(shares, 1e-300))).sum(axis=1)
    return np.stack([top[:, 1], top[:, 1] - top[:, 0], entropy], axis=1).astype(np.float32)
