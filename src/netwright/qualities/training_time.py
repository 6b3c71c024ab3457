"""Training time: how long one waits for a model."""

from netwright.qualities.evidence import Evidence
from netwright.qualities.exact import ONE_TRAINING, exact
from netwright.records.measurement import Conditions, Measurement


def training_time(seconds: float, *, conditions: Conditions | None = None) -> Measurement:
    """Return the wall time of a training.

    Only the training counts, not loading data, validating or testing. One training has no
    interval: the spread comes from pooling trials over seeds.

    Args:
        seconds: Wall time of the training, in seconds.
        conditions: The circumstances; None for this machine's.

    Returns:
        The measurement `training_time`, in seconds, with n = 1.

    >>> found = training_time(12.5)
    >>> found.value, found.low, found.unit
    (12.5, 12.5, 's')
    """
    return exact("training_time", seconds, "s", conditions=conditions, notes=(ONE_TRAINING,))


def measure(evidence: Evidence) -> tuple[Measurement, ...]:
    """Return the wall time of the model's training.

    Args:
        evidence: A trained model's cost.

    Returns:
        One measurement.
    """
    return (training_time(evidence.training.seconds, conditions=evidence.conditions),)
