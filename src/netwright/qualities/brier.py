"""Brier score: accuracy and calibration in one proper score."""

from torch import Tensor

from netwright.machine import hardware
from netwright.qualities.evidence import Evidence
from netwright.qualities.intervals import mean_interval
from netwright.qualities.predictions import check_predictions
from netwright.records.measurement import Conditions, Measurement

WORST = 2.0


def brier_score(probabilities: Tensor, labels: Tensor, *, conditions: Conditions | None = None) -> Measurement:
    """Return the mean squared distance between the predicted probabilities and the truth.

    Brier = (1/N) sum_i sum_k (p_ik - [y_i = k])^2, from 0 to 2 (Brier 1950, equation 2: the sum over classes, not
    half of it). It is a mean over images, so its interval is the normal one of a mean.

    Args:
        probabilities: Predicted probabilities, (N, K).
        labels: True classes, (N,).
        conditions: The circumstances; None for this machine's.

    Returns:
        The measurement `brier`, a ratio, with n = N.

    >>> import torch
    >>> found = brier_score(torch.tensor([[0.75, 0.25], [0.5, 0.5]]), torch.tensor([0, 1]))
    >>> found.value  # (0.125 + 0.5) / 2
    0.3125
    """
    sure, truth = check_predictions(probabilities, labels)
    chosen = sure.gather(1, truth[:, None])[:, 0]
    # |p - e_y|^2 = |p|^2 - 2 p_y + 1, without building the one-hot truth
    scores = (sure.square().sum(1) - 2 * chosen + 1).clamp(min=0)
    low, high = mean_interval(scores, 0.0, WORST)
    value = min(float(scores.mean()), WORST)
    alike = len(scores) > 1 and low == high
    return Measurement(
        quality="brier",
        value=value,
        low=min(low, value),
        high=max(high, value),
        n=len(scores),
        unit="ratio",
        conditions=conditions or hardware.conditions(),
        notes=("every image has the same score: the interval cannot show the uncertainty",) if alike else (),
    )


def measure(evidence: Evidence) -> tuple[Measurement, ...]:
    """Return the Brier score on the test images.

    Args:
        evidence: A trained model's predictions.

    Returns:
        One measurement.
    """
    return (brier_score(evidence.probabilities, evidence.labels, conditions=evidence.conditions),)
