"""Axes of quantities: which unit they are in, how far they go, and whether they are logarithmic."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite, log10

from netwright.records.units import UNITS, format_quantity


@dataclass(frozen=True)
class Axis:
    """An axis of one quality.

    Args:
        title: Name and unit.
        factor: What a value in the base unit is divided by.
        logarithmic: Whether equal steps are equal ratios.
        domain: (low, high), in the axis's unit.
    """

    title: str
    factor: float
    logarithmic: bool
    domain: tuple[float, float]

    def place(self, value: float) -> float:
        """Return where a value lies on the axis.

        Args:
            value: In the base unit.

        Returns:
            0 at the low end, 1 at the high end.
        """
        low, high = self.domain
        scaled = value / self.factor
        if self.logarithmic:
            return (log10(scaled) - log10(low)) / (log10(high) - log10(low))
        return (scaled - low) / (high - low)

    def at(self, place: float) -> float:
        """Return the value at a place, in the axis's unit: the inverse of `place`.

        Args:
            place: 0 at the low end, 1 at the high end.

        Returns:
            The value.
        """
        low, high = self.domain
        return low * (high / low) ** place if self.logarithmic else low + (high - low) * place


def axis_of(title: str, unit: str, values: Sequence[float]) -> Axis:
    """Return an axis that holds the values, in the unit that suits them.

    Ratios are drawn on a linear axis; every other dimension on a logarithmic one where all values allow it, since
    times, sizes and counts of candidates differ by factors.

    Args:
        title: The quality's title.
        unit: Its dimension.
        values: Everything that must be seen, in the base unit; what is not finite is left out.

    Returns:
        The axis.

    >>> axis = axis_of("Latency, p99", "s", [0.002, 0.02])
    >>> axis.title, axis.factor, axis.logarithmic
    ('Latency, p99 (ms)', 0.001, True)
    """
    finite = sorted(value for value in values if isfinite(value)) or [0.0, 1.0]
    symbol = format_quantity(finite[len(finite) // 2], unit).partition(" ")[2]
    factor = UNITS[unit][symbol]
    logarithmic = unit != "ratio" and finite[0] > 0
    low, high = finite[0] / factor, finite[-1] / factor
    if logarithmic:
        margin = max((high / low) ** 0.08, 1.15)
        domain = (low / margin, high * margin)
    else:
        step = (high - low) * 0.08 or abs(high) * 0.1 or 1.0
        domain = (low - step, high + step)
    if unit == "ratio":
        domain = (max(domain[0], 0.0), min(domain[1], 1.0) if high <= 1 else domain[1])
    return Axis(
        title=f"{title} ({symbol.replace('us', 'µs')})" if symbol else title,
        factor=factor,
        logarithmic=logarithmic,
        domain=domain,
    )
