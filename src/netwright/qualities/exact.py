"""Measurements without uncertainty: what was counted, or seen once."""

from netwright.machine import hardware
from netwright.records.measurement import Conditions, Measurement

ONE_TRAINING = "one training: how it varies is seen only over seeds"


def exact(
    quality: str, value: float, unit: str, *, conditions: Conditions | None, notes: tuple[str, ...] = ()
) -> Measurement:
    """Return a measurement whose interval is its value.

    Args:
        quality: Name of the quality.
        value: The value, in the base unit.
        unit: The unit.
        conditions: The circumstances; None for this machine's.
        notes: What a reader must know.

    Returns:
        The measurement, with n = 1.

    >>> exact("parameters", 3, "count", conditions=Conditions(hardware="any")).high
    3.0
    """
    return Measurement(
        quality=quality,
        value=value,
        low=value,
        high=value,
        n=1,
        unit=unit,
        conditions=conditions or hardware.conditions(),
        notes=notes,
    )
