"""Average precision: how well a class is found among the others, however rare it is."""

from math import exp, log

import torch
from torch import Tensor

from netwright.machine import hardware
from netwright.qualities.evidence import Evidence
from netwright.qualities.found import Found, not_measured
from netwright.qualities.intervals import Z, wilson_interval
from netwright.qualities.predictions import check_predictions
from netwright.records.errors import InputError
from netwright.records.measurement import Conditions, Measurement


def average_precision(probabilities: Tensor, labels: Tensor, *, conditions: Conditions | None = None) -> Measurement:
    """Return the area under the precision-recall curve, of the second class of two, else averaged over the classes.

    AP_k = (1/P) sum over the P samples of class k of the precision among the samples that are at least as probable
    (the step-wise sum, without interpolation: Manning, Raghavan and Schuetze 2008, section 8.4). A model that knows
    nothing has AP = the share of the class, which is why accuracy flatters on rare classes and this does not (Saito
    and Rehmsmeier 2015). Of two classes only the second counts: the one that is looked for, such as fraud; of more,
    the mean over those that occur.

    The interval is that of the infinitesimal jackknife over samples (Efron 1982, section 6), taken on the logit scale
    (Boyd, Eng and Page 2013, section 3).

    Args:
        probabilities: Predicted probabilities, (N, K).
        labels: True classes, (N,).
        conditions: The circumstances; None for this machine's.

    Returns:
        The measurement `average_precision`, a ratio, with n = N.

    Raises:
        InputError: No sample is of the class that is looked for.

    >>> scores = torch.tensor([0.9, 0.8, 0.7, 0.1])
    >>> found = average_precision(torch.stack([1 - scores, scores], 1), torch.tensor([1, 0, 1, 0]))
    >>> round(found.value, 4)  # (1/1 + 2/3) / 2
    0.8333
    """
    sure, truth = check_predictions(probabilities, labels)
    wanted = _wanted(sure, truth)
    if not wanted:
        raise InputError("found no sample of class 1, the one that is looked for; give some, or make it class 1")
    areas, influences = zip(*(_area(sure[:, k], truth == k) for k in wanted), strict=True)
    value = min(1.0, sum(areas) / len(areas))
    spread = float(torch.stack(influences).mean(0).square().sum().sqrt())
    fewest = min(int((truth == k).sum()) for k in wanted)
    low, high, notes = _interval(value, spread, len(wanted) * fewest)
    return Measurement(
        quality="average_precision",
        value=value,
        low=low,
        high=high,
        n=len(truth),
        unit="ratio",
        conditions=conditions or hardware.conditions(),
        notes=(f"samples of the rarest class that counts: {fewest}", *notes),
    )


def _wanted(sure: Tensor, truth: Tensor) -> list[int]:
    occurring = torch.unique(truth).tolist()
    return occurring if sure.shape[1] > 2 else [k for k in occurring if k == 1]


def _area(scores: Tensor, positive: Tensor) -> tuple[float, Tensor]:
    """Return the average precision, and how it moves with the weight of each sample, (N,).

    With w = 1 for every sample, TP_i and A_i the positive and all weight at or above score i, and P the positive
    weight: AP = (1/P) sum_i w_i y_i TP_i/A_i, so
    dAP/dw_j = (1/P) (y_j (TP_j/A_j - AP) + sum over positives i at or below score j of (y_j/A_i - TP_i/A_i^2)).
    """
    order = scores.argsort(descending=True)
    hit = positive[order].double()
    # samples of one score enter together: each takes the sums at the end of its group
    _, sizes = torch.unique_consecutive(scores[order], return_counts=True)
    last = (sizes.cumsum(0) - 1).repeat_interleave(sizes)
    first = (sizes.cumsum(0) - sizes).repeat_interleave(sizes)
    true, everything = hit.cumsum(0)[last], (last + 1).double()
    total = float(hit.sum())
    precision = true / everything
    area = float((hit * precision).sum()) / total
    below = _from_here_on(hit / everything, first)
    lost = _from_here_on(hit * true / everything**2, first)
    influence = (hit * (precision - area) + hit * below - lost) / total
    return area, torch.empty_like(influence).index_put_((order,), influence)


def _from_here_on(values: Tensor, first: Tensor) -> Tensor:
    """Return at each place the sum of the values from the beginning of its group to the end."""
    return values.flip(0).cumsum(0).flip(0)[first]


def _interval(value: float, spread: float, positives: int) -> tuple[float, float, tuple[str, ...]]:
    if spread == 0 or not 0 < value < 1:
        low, high = wilson_interval(round(value * positives), positives)
        note = "no sample would move it: the interval is Wilson's, of as many samples as were looked for"
        return min(low, value), max(high, value), (note,)
    centre, half = log(value / (1 - value)), Z * spread / (value * (1 - value))
    return _expit(centre - half), _expit(centre + half), ()


def _expit(x: float) -> float:
    return 1 / (1 + exp(-x)) if x > 0 else exp(x) / (1 + exp(x))


def measure(evidence: Evidence) -> tuple[Found, ...]:
    """Return the average precision on the test samples.

    Args:
        evidence: A trained model's predictions.

    Returns:
        One answer.
    """
    if not _wanted(evidence.probabilities, evidence.labels):
        return not_measured("no test sample is of class 1, the one that is looked for", "average_precision")
    return (average_precision(evidence.probabilities, evidence.labels, conditions=evidence.conditions),)
