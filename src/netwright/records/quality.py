"""What a quality is: a name, a unit, a direction, and the smallest difference that matters."""

from typing import Literal

from netwright.records.record import Record

Direction = Literal["higher", "lower"]


class Quality(Record):
    """A property that candidates are compared on (lecture "Machine Learning in Production", qualities).

    Args:
        name: The name in scenarios and records, such as `latency.p99`.
        title: The name in reports, such as "Latency, p99".
        unit: A dimension of `netwright.records.units.UNITS`.
        direction: Which way is better.
        smallest_difference: The smallest difference that matters: in the base unit, or a share if `relative`.
        relative: Whether `smallest_difference` is a share of the value.
        definition: One sentence that says what is measured and how.
        lowest: The smallest possible value.
        highest: The largest possible value.
    """

    name: str
    title: str
    unit: str
    direction: Direction
    smallest_difference: float
    relative: bool = False
    definition: str
    lowest: float = 0.0
    highest: float = float("inf")
