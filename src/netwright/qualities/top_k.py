"""Top-k accuracy: the share of samples whose true class is among the k most probable."""

import torch
from torch import Tensor

from netwright.machine import hardware
from netwright.qualities.evidence import Evidence
from netwright.qualities.found import Found, not_measured
from netwright.qualities.intervals import wilson_interval
from netwright.qualities.predictions import check_predictions
from netwright.records.errors import InputError
from netwright.records.measurement import Conditions, Measurement

RANKS = (3, 5)


def top_k_accuracy(
    probabilities: Tensor, labels: Tensor, k: int, *, conditions: Conditions | None = None
) -> Measurement:
    """Return the share of samples whose true class is among the k most probable ones.

    top-k = (1/N) sum_i [rank of y_i < k], where the rank counts the classes that are more probable, and the equally
    probable ones of a lower number; so top-1 is `accuracy` (Russakovsky et al. 2015, section 4.1, for k = 5). The
    interval is Wilson's.

    Args:
        probabilities: Predicted probabilities, (N, K).
        labels: True classes, (N,).
        k: From 1 to K - 1; with k = K every answer would be right.
        conditions: The circumstances; None for this machine's.

    Returns:
        The measurement `accuracy.topk`, a ratio, with n = N.

    Raises:
        InputError: k is not in that range.

    >>> import torch
    >>> found = top_k_accuracy(torch.tensor([[0.5, 0.3, 0.2], [0.5, 0.3, 0.2]]), torch.tensor([1, 2]), k=2)
    >>> found.quality, found.value
    ('accuracy.top2', 0.5)
    """
    sure, truth = check_predictions(probabilities, labels)
    n, classes = sure.shape
    if not 1 <= k < classes:
        raise InputError(f"found k={k} with {classes} classes; pass k from 1 to {classes - 1}")
    right = int((true_rank(sure, truth) < k).sum())
    low, high = wilson_interval(right, n)
    return Measurement(
        quality=f"accuracy.top{k}",
        value=right / n,
        low=low,
        high=high,
        n=n,
        unit="ratio",
        conditions=conditions or hardware.conditions(),
    )


def true_rank(probabilities: Tensor, labels: Tensor) -> Tensor:
    """Return how many classes come before the true one.

    Args:
        probabilities: (N, K).
        labels: True classes, (N,).

    Returns:
        int64 (N,), from 0 for the most probable to K - 1; of equally probable classes the first comes first.

    >>> import torch
    >>> true_rank(torch.tensor([[0.2, 0.5, 0.3], [0.4, 0.2, 0.4]]), torch.tensor([2, 2])).tolist()
    [1, 1]
    """
    chosen = probabilities.gather(1, labels[:, None])
    # a tie is broken as argmax breaks it: trees give many classes the same probability
    earlier = torch.arange(probabilities.shape[1])[None] < labels[:, None]
    return ((probabilities > chosen) | ((probabilities == chosen) & earlier)).sum(1)


def measure(evidence: Evidence) -> tuple[Found, ...]:
    """Return top-3 and top-5 accuracy on the test samples, where there are more classes than that.

    Args:
        evidence: A trained model's predictions.

    Returns:
        Two answers.
    """
    classes = evidence.probabilities.shape[1]
    return tuple(_of(evidence, k, classes) for k in RANKS)


def _of(evidence: Evidence, k: int, classes: int) -> Found:
    if k < classes:
        return top_k_accuracy(evidence.probabilities, evidence.labels, k, conditions=evidence.conditions)
    return not_measured(f"with {classes} classes the true one is always among {k}", f"accuracy.top{k}")[0]
