"""Macro F1: precision and recall together, every class alike."""

from statistics import NormalDist

import numpy as np
import torch
from torch import Tensor

from netwright.machine import hardware
from netwright.qualities.evidence import Evidence
from netwright.qualities.intervals import Z, wilson_interval
from netwright.qualities.predictions import check_predictions
from netwright.records.measurement import Conditions, Measurement

REPLICATES = 1000


def macro_f1(
    probabilities: Tensor, labels: Tensor, *, seed: int = 0, conditions: Conditions | None = None
) -> Measurement:
    """Return the F1 score averaged over the classes.

    F1_k = 2 TP_k / (true_k + predicted_k), the harmonic mean of precision and recall of class k; macro F1 is its mean
    over the classes that occur among labels or predictions (Sokolova and Lapalme 2009; Opitz and Burst 2019 for this
    of its two forms). With few images it is biased downwards, so the interval is the bias-corrected percentile one of
    1000 bootstrap samples of the images (Efron and Tibshirani 1993, section 14.3, without acceleration). A resampled
    confusion matrix is one multinomial draw, so no image is touched again.

    Args:
        probabilities: Predicted probabilities, (N, K).
        labels: True classes, (N,).
        seed: Of the bootstrap.
        conditions: The circumstances; None for this machine's.

    Returns:
        The measurement `macro_f1`, a ratio, with n = N.

    >>> found = macro_f1(torch.eye(3)[[0, 0, 1, 1, 2, 0]], torch.tensor([0, 0, 1, 1, 2, 2]))
    >>> round(found.value, 4)  # F1 of 4/5, 1 and 2/3
    0.8222
    """
    sure, truth = check_predictions(probabilities, labels)
    n, classes = sure.shape
    guess = sure.argmax(1)
    cells, counts = torch.unique(truth * classes + guess, return_counts=True)
    value = float(_macro_f1(counts[None], cells, classes)[0])
    right = int((truth == guess).sum())
    notes: tuple[str, ...] = ()
    if right in {0, n}:
        low, high = wilson_interval(right, n)
        notes = ("every image is alike (all right or all wrong): the interval is Wilson's, of the accuracy",)
    else:
        draws = np.random.default_rng(seed).multinomial(n, counts.numpy() / n, size=REPLICATES)
        scores = _macro_f1(torch.from_numpy(draws), cells, classes).numpy()
        low, high = _bias_corrected(scores, value)
    return Measurement(
        quality="macro_f1",
        value=value,
        low=low,
        high=high,
        n=n,
        unit="ratio",
        conditions=conditions or hardware.conditions(),
        notes=notes,
    )


def _bias_corrected(scores: np.ndarray, value: float) -> tuple[float, float]:
    """Return the interval that corrects for replicates lying mostly on one side of the estimate.

    With z0 = Phi^-1(share of replicates below the estimate), its ends are the quantiles Phi(2 z0 -+ z).
    """
    normal = NormalDist()
    # counting ties half, and never none or all, keeps z0 finite
    below = (np.sum(scores < value) + np.sum(scores <= value) + 1) / (2 * len(scores) + 2)
    shift = 2 * normal.inv_cdf(float(below))
    low, high = np.quantile(scores, [normal.cdf(shift - Z), normal.cdf(shift + Z)])
    return min(value, float(low)), max(value, float(high))


def _macro_f1(counts: Tensor, cells: Tensor, classes: int) -> Tensor:
    """Return one score a row of counts (rows, cells); cell = true class * classes + predicted class."""
    truth, guess = cells // classes, cells % classes
    weights = counts.double()
    empty = torch.zeros(len(weights), classes, dtype=torch.float64)
    hits = empty.index_add(1, truth, weights * (truth == guess))
    shown = empty.index_add(1, truth, weights).index_add_(1, guess, weights)
    occurs = shown > 0
    return (2 * hits / shown.clamp(min=1)).sum(1) / occurs.sum(1)


def measure(evidence: Evidence) -> tuple[Measurement, ...]:
    """Return the macro F1 on the test images.

    Args:
        evidence: A trained model's predictions.

    Returns:
        One measurement.
    """
    return (macro_f1(evidence.probabilities, evidence.labels, conditions=evidence.conditions),)
