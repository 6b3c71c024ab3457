"""Predictions checked once, so that every instrument may trust them."""

import torch
from torch import Tensor

from netwright.records.errors import InputError

SUM_TOLERANCE = 0.01


def check_predictions(probabilities: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
    """Return predictions in double precision on the CPU, or say what is wrong with them.

    Args:
        probabilities: Predicted probabilities, (N, K), each row summing to 1.
        labels: True classes, (N,), integers in [0, K).

    Returns:
        (probabilities, labels): float64 (N, K) and int64 (N,).

    Raises:
        InputError: The shapes do not match, there is no image, a number is no probability, or a label no class.

    >>> check_predictions(torch.tensor([[0.25, 0.75]]), torch.tensor([1]))
    (tensor([[0.2500, 0.7500]], dtype=torch.float64), tensor([1]))
    """
    _check_shapes(probabilities, labels)
    sure = probabilities.detach().to("cpu", torch.float64)
    truth = labels.detach().to("cpu", torch.int64)
    # one comparison finds NaN too: it is never within the tolerance
    fair = ((sure.sum(1) - 1).abs() <= SUM_TOLERANCE) & (sure.amin(1) >= 0)
    if not bool(fair.all()):
        row = int((~fair).nonzero()[0])
        raise InputError(
            f"probabilities[{row}] is {sure[row, :5].tolist()}... and sums to {float(sure[row].sum()):.4g}; "
            "expected numbers from 0 that sum to 1. Pass logits.softmax(dim=1)"
        )
    if int(truth.min()) < 0 or int(truth.max()) >= sure.shape[1]:
        raise InputError(
            f"labels run from {int(truth.min())} to {int(truth.max())}, but probabilities has {sure.shape[1]} columns; "
            f"expected labels from 0 to {sure.shape[1] - 1}"
        )
    return sure, truth


def _check_shapes(probabilities: Tensor, labels: Tensor) -> None:
    if probabilities.ndim != 2 or labels.shape != probabilities.shape[:1] or 0 in probabilities.shape:
        raise InputError(
            f"found probabilities of shape {tuple(probabilities.shape)} and labels of shape {tuple(labels.shape)}; "
            "expected (N, K) and (N,), with at least one image and one class"
        )
    if labels.is_floating_point():
        raise InputError(f"found labels of type {labels.dtype}; expected class numbers, such as torch.int64")
