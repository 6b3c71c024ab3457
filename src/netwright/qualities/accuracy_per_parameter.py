"""Accuracy per parameter: what each million of learned numbers buys."""

from torch import Tensor, nn

from netwright.qualities.accuracy import accuracy
from netwright.qualities.evidence import Evidence
from netwright.qualities.found import Found, not_measured
from netwright.qualities.parameters import count_parameters
from netwright.records.errors import InputError
from netwright.records.measurement import Conditions, Measurement

NAME = "accuracy.per-parameter"
NOTHING_LEARNED = "the model holds no learned number, so that there is nothing to divide by"


def accuracy_per_parameter(
    model: nn.Module, probabilities: Tensor, labels: Tensor, *, conditions: Conditions | None = None
) -> Measurement:
    """Return the accuracy of a model for each million of its parameters.

    accuracy / (parameters / 10^6), both as `accuracy` and `count_parameters` have them; the interval is that of the
    accuracy, divided in the same way. It favours small models: a useless one of ten parameters has the most.

    Args:
        model: The model, for its parameters.
        probabilities: Predicted probabilities, (N, K).
        labels: True classes, (N,).
        conditions: The circumstances; None for this machine's.

    Returns:
        The measurement `accuracy.per-parameter`, a ratio, with n = N.

    Raises:
        InputError: The model holds no learned number.

    Source: "3D Causal ShuffleNet in Dual Paths for Efficient Action Recognition", section 5.2 (accuracy beside
    parameters).

    >>> import torch
    >>> model = nn.Linear(99, 5)  # 500 parameters
    >>> accuracy_per_parameter(model, torch.tensor([[0.9, 0.1], [0.8, 0.2]]), torch.tensor([0, 1])).value
    1000.0
    """
    counted = count_parameters(model, conditions=conditions)
    if not counted.value:
        raise InputError(f"{type(model).__name__}: {NOTHING_LEARNED}; compare accuracies")
    found, millions = accuracy(probabilities, labels, conditions=counted.conditions), counted.value / 1e6
    scaled = {"value": found.value / millions, "low": found.low / millions, "high": found.high / millions}
    notes = (f"for each million of {counted.value:,.0f} parameters", *counted.notes)
    return found.model_copy(update={"quality": NAME, "notes": notes, **scaled})


def measure(evidence: Evidence) -> tuple[Found, ...]:
    """Return the accuracy on the test samples for each million parameters.

    Args:
        evidence: A trained model with its predictions.

    Returns:
        One answer.
    """
    if not count_parameters(evidence.model, conditions=evidence.conditions).value:
        return not_measured(NOTHING_LEARNED, NAME)
    told = (evidence.model, evidence.probabilities, evidence.labels)
    return (accuracy_per_parameter(*told, conditions=evidence.conditions),)
