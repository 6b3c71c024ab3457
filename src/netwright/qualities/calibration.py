"""Calibration error: how far confidence is from accuracy."""

from math import pi, sqrt

import numpy as np
import torch
from torch import Tensor

from netwright.machine import hardware
from netwright.qualities.evidence import Evidence
from netwright.qualities.predictions import check_predictions
from netwright.records.measurement import LEVEL, Conditions, Measurement

BINS = 15
REPLICATES = 2000
SIGN_IS_CERTAIN = 4.0


def calibration_error(
    probabilities: Tensor, labels: Tensor, *, seed: int = 0, conditions: Conditions | None = None
) -> Measurement:
    """Return the expected calibration error (ECE), the mean gap between confidence and accuracy.

    Images are put into B = 15 bins ((b-1)/B, b/B] by the probability of their predicted class; with gap_b the sum over
    bin b of (right_i - confidence_i), ECE = (1/N) sum_b |gap_b| (Guo et al. 2017, equation 3). The estimator is biased
    upwards, since noise in a bin counts as a gap, and by more the fewer images there are (Roelofs et al. 2022); a note
    states what a perfectly calibrated model would show. Its target, the error of the binned confidence, is itself a
    lower bound of the unbinned error (Kumar et al. 2019). The interval comes from a bootstrap of the gaps that does
    not add the bias a second time.

    Args:
        probabilities: Predicted probabilities, (N, K).
        labels: True classes, (N,).
        seed: Of the bootstrap.
        conditions: The circumstances; None for this machine's.

    Returns:
        The measurement `calibration_error`, a ratio, with n = N.

    >>> found = calibration_error(torch.tensor([[0.9, 0.1], [0.9, 0.1], [0.3, 0.7]]), torch.tensor([0, 1, 1]))
    >>> round(found.value, 4)  # (|1 - 1.8| + |1 - 0.7|) / 3
    0.3667
    """
    sure, truth = check_predictions(probabilities, labels)
    confidence, guess = sure.clamp(max=1).max(1)
    gaps = (guess == truth).double() - confidence
    inner_edges = torch.arange(1, BINS, dtype=torch.float64) / BINS
    places = torch.bucketize(confidence, inner_edges)
    n = len(gaps)
    sums = torch.zeros(BINS, dtype=torch.float64).index_add(0, places, gaps)
    squares = torch.zeros(BINS, dtype=torch.float64).index_add(0, places, gaps**2)
    # a bin that shows no error by luck would look certain; its own confidence says how many errors to expect
    expected = torch.zeros(BINS, dtype=torch.float64).index_add(0, places, confidence * (1 - confidence))
    value = float(sums.abs().sum()) / n
    by_chance = sqrt(2 / pi) * float(expected.sqrt().sum()) / n
    below, above = _interval(sums.numpy(), torch.maximum(squares, expected).numpy(), n, seed)
    return Measurement(
        quality="calibration_error",
        value=value,
        low=max(0.0, value - below),
        high=max(value, min(1.0, value + above)),
        n=n,
        unit="ratio",
        conditions=conditions or hardware.conditions(),
        notes=(
            f"biased upwards: {n} images of the same confidences, perfectly calibrated, show about {by_chance:.2g}",
        ),
    )


def _interval(sums: np.ndarray, squares: np.ndarray, n: int, seed: int) -> tuple[float, float]:
    """Return how far the error may lie below and above its estimate.

    Resampled images give gap_b + e_b with e normal, of the covariance diag(sum d^2) - gap gap' / N, which is drawn
    directly. Percentiles of sum |gap_b + e_b| would add the bias a second time. Instead, |gap_b + e_b| exceeds |gap_b|
    by at most |e_b|, and by exactly sign(gap_b) e_b where the sign is certain (gap_b beyond 4 standard errors); the
    95% quantile of the sum of those bounds the error from below. It falls short by at most -sign(gap_b) e_b, which
    bounds it from above. Each side holds with 95% or more, at perfect calibration too.

    Args:
        sums: Sum of the gaps of each bin.
        squares: Sum of the squared gaps of each bin, or what to expect of it where that is more.
        n: Images.
        seed: Of the draws.

    Returns:
        (below, above), each a ratio from 0.
    """
    draws = np.random.default_rng(seed).standard_normal((REPLICATES, len(sums)))
    # D (I - t u u') with u = D^-1 gap / sqrt(N) is a square root of the covariance D^2 - gap gap' / N
    scale = np.sqrt(squares)
    tilt = sums / np.sqrt(n) / np.where(scale > 0, scale, 1.0)
    length = min(1.0, float(tilt @ tilt))  # at most 1 but for rounding, by Cauchy and Schwarz
    noise = scale * (draws - np.outer(draws @ tilt, tilt) / (1 + sqrt(1 - length)))
    signed = noise * np.where(sums >= 0, 1.0, -1.0)
    certain = np.abs(sums) > SIGN_IS_CERTAIN * scale * np.sqrt((1 - tilt**2).clip(min=0))
    excess = np.where(certain, signed, np.abs(noise)).sum(1) / n
    shortfall = -signed.sum(1) / n
    side = (1 + LEVEL) / 2
    return max(0.0, float(np.quantile(excess, side))), max(0.0, float(np.quantile(shortfall, side)))


def measure(evidence: Evidence) -> tuple[Measurement, ...]:
    """Return the calibration error on the test images.

    Args:
        evidence: A trained model's predictions.

    Returns:
        One measurement.
    """
    return (calibration_error(evidence.probabilities, evidence.labels, conditions=evidence.conditions),)
