"""A measured value with its uncertainty, its unit, its sample count, and the conditions it was measured under."""

from pydantic import Field

from netwright.records.record import Record, Rows
from netwright.records.units import format_quantity

LEVEL = 0.9
"""The level of every interval that netwright states."""


class Conditions(Record):
    """Under which circumstances something was measured.

    Args:
        hardware: Processor, cores and memory, in words.
        device: The torch device, such as `cpu`.
        threads: Threads that the computation was allowed.
        versions: Package name -> version, of what can move the figure.
        seed: The seed of the trial, None where nothing random took part.
        data: The fingerprint of the data, None where no data took part.
        alone: Whether nothing else of the study ran at the same time.
    """

    hardware: str
    device: str = "cpu"
    threads: int = 1
    versions: dict[str, str] = Field(default_factory=dict)
    seed: int | None = None
    data: str | None = None
    alone: bool = False


class Measurement(Record):
    """A quality's value, with its 90% interval.

    Args:
        quality: Name of the quality.
        value: The estimate, in the base unit.
        low: Lower end of the 90% interval; equal to `value` where the quantity is exact.
        high: Upper end.
        n: How many samples made the value.
        unit: A dimension of `netwright.records.units.UNITS`.
        conditions: The circumstances.
        notes: What a reader must know, such as operations that were not counted.
    """

    quality: str
    value: float
    low: float
    high: float
    n: int
    unit: str
    conditions: Conditions
    notes: tuple[str, ...] = ()

    def table(self) -> tuple[tuple[str, ...], Rows]:
        """Return one row: quality, value, interval, n, threads, hardware."""
        low, high = format_quantity(self.low, self.unit), format_quantity(self.high, self.unit)
        return ("quality", "value", "90% interval", "n", "threads", "hardware"), [
            (
                self.quality,
                format_quantity(self.value, self.unit),
                f"{low} to {high}",
                str(self.n),
                str(self.conditions.threads),
                self.conditions.hardware,
            )
        ]


class NotMeasured(Record):
    """A quality that was asked for and that does not apply, or cannot be seen here.

    Args:
        quality: Name of the quality.
        reason: Why, and what would make it measurable.
    """

    quality: str
    reason: str
