"""CPU-seconds: what a training costs, whoever waits."""

from netwright.qualities.evidence import Evidence
from netwright.qualities.exact import ONE_TRAINING, exact
from netwright.records.measurement import Conditions, Measurement


def cpu_seconds(seconds: float, *, conditions: Conditions | None = None) -> Measurement:
    """Return the processor time of a training.

    It is what a shared machine is charged for; above the wall time where several threads ran. One training has no
    interval: the spread comes from pooling trials over seeds.

    Args:
        seconds: Processor time summed over the threads of the training, in seconds.
        conditions: The circumstances; None for this machine's.

    Returns:
        The measurement `cpu_seconds`, in seconds, with n = 1.

    >>> found = cpu_seconds(23.0)
    >>> found.value, found.low, found.unit
    (23.0, 23.0, 's')
    """
    return exact("cpu_seconds", seconds, "s", conditions=conditions, notes=(ONE_TRAINING,))


def measure(evidence: Evidence) -> tuple[Measurement, ...]:
    """Return the processor time of the model's training.

    Args:
        evidence: A trained model's cost.

    Returns:
        One measurement.
    """
    return (cpu_seconds(evidence.training.cpu_seconds, conditions=evidence.conditions),)
