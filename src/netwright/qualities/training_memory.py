"""Training memory: what a training needs to fit."""

from netwright.qualities.evidence import Evidence
from netwright.qualities.exact import ONE_TRAINING, exact
from netwright.records.measurement import Conditions, Measurement


def training_memory(peak_memory: float, *, conditions: Conditions | None = None) -> Measurement:
    """Return the largest resident memory of a training process.

    Interpreter, libraries and data are in it, since they must fit too. One training has no
    interval: the spread comes from pooling trials over seeds.

    Args:
        peak_memory: Largest resident memory of the training process, in bytes.
        conditions: The circumstances; None for this machine's.

    Returns:
        The measurement `training_memory`, in bytes, with n = 1.

    >>> found = training_memory(4e8)
    >>> found.value, found.low, found.unit
    (400000000.0, 400000000.0, 'B')
    """
    return exact("training_memory", peak_memory, "B", conditions=conditions, notes=(ONE_TRAINING,))


def measure(evidence: Evidence) -> tuple[Measurement, ...]:
    """Return the peak memory of the model's training.

    Args:
        evidence: A trained model's cost.

    Returns:
        One measurement.
    """
    return (training_memory(evidence.training.peak_memory, conditions=evidence.conditions),)
