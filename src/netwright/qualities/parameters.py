"""Parameters: how many numbers a model has learned."""

from torch import Tensor, nn

from netwright.qualities.evidence import Evidence
from netwright.qualities.exact import exact
from netwright.records.measurement import Conditions, Measurement


def count_parameters(model: nn.Module, *, conditions: Conditions | None = None) -> Measurement:
    """Return how many numbers the parameters of a model hold.

    Shared parameters count once, frozen ones count too, running statistics do not. A model without parameters
    (a forest) would seem to be free; what it learned is its buffers, so those are counted, and a note says so.

    Args:
        model: Any module.
        conditions: The circumstances; None for this machine's.

    Returns:
        The measurement `parameters`, a count, exact.

    >>> count_parameters(nn.Sequential(nn.Linear(784, 300), nn.Linear(300, 100), nn.Linear(100, 10))).value
    266610.0
    """
    counted: list[Tensor] = list(model.parameters())
    notes: tuple[str, ...] = ()
    if not counted:
        counted = list(model.buffers())
        notes = ("no parameters: the numbers in its buffers are counted",)
    total = sum(tensor.numel() for tensor in counted)
    return exact("parameters", total, "count", conditions=conditions, notes=notes)


def measure(evidence: Evidence) -> tuple[Measurement, ...]:
    """Return the number of the model's parameters.

    Args:
        evidence: A trained model.

    Returns:
        One measurement.
    """
    return (count_parameters(evidence.model, conditions=evidence.conditions),)
