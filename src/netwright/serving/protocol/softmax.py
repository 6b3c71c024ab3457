"""From logits to probabilities."""

import numpy as np
from numpy.typing import NDArray


def softmax(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return exp(z_k)/sum_j exp(z_j) of each row; the largest logit is taken off first, so that nothing overflows.

    Args:
        logits: (N, K).

    Returns:
        (N, K), each row summing to 1; NaN where a row holds NaN or +infinity.

    >>> softmax(np.array([[1000.0, 1000.0]], np.float32)).tolist()
    [[0.5, 0.5]]
    """
    with np.errstate(invalid="ignore"):
        raised: NDArray[np.float32] = np.exp(logits - logits.max(axis=1, keepdims=True))
        raised /= raised.sum(axis=1, keepdims=True)
    return raised
