"""Accuracy: the share of images that are right."""

from torch import Tensor

from netwright.machine import hardware
from netwright.qualities.evidence import Evidence
from netwright.qualities.intervals import wilson_interval
from netwright.qualities.predictions import check_predictions
from netwright.records.measurement import Conditions, Measurement


def accuracy(probabilities: Tensor, labels: Tensor, *, conditions: Conditions | None = None) -> Measurement:
    """Return the share of images whose most probable class is the true one.

    accuracy = (1/N) sum_i [argmax_k p_ik = y_i]; of equally probable classes the first counts. The interval is
    Wilson's (1927), over the images that might have been drawn for the test.

    Args:
        probabilities: Predicted probabilities, (N, K).
        labels: True classes, (N,).
        conditions: The circumstances; None for this machine's.

    Returns:
        The measurement `accuracy`, a ratio, with n = N.

    >>> import torch
    >>> found = accuracy(torch.tensor([[0.9, 0.1], [0.2, 0.8], [0.6, 0.4], [0.3, 0.7]]), torch.tensor([0, 1, 1, 1]))
    >>> found.value, found.n
    (0.75, 4)
    """
    sure, truth = check_predictions(probabilities, labels)
    right, n = int((sure.argmax(1) == truth).sum()), len(truth)
    low, high = wilson_interval(right, n)
    return Measurement(
        quality="accuracy",
        value=right / n,
        low=low,
        high=high,
        n=n,
        unit="ratio",
        conditions=conditions or hardware.conditions(),
    )


def measure(evidence: Evidence) -> tuple[Measurement, ...]:
    """Return the accuracy on the test images.

    Args:
        evidence: A trained model's predictions.

    Returns:
        One measurement.
    """
    return (accuracy(evidence.probabilities, evidence.labels, conditions=evidence.conditions),)
