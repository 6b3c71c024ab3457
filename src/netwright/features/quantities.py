"""Numbers as whole multiples of their last decimal, so that sums are the same in any order."""

import math

from netwright.records.errors import InputError
from netwright.records.feature_view import NumberColumn

LARGEST = 2**40
"""Numbers must be below it, in units of their last decimal: 11 billion at two decimals."""
MOST_EVENTS = 2**22
"""Events of one entity within a window: up to here every sum of squares is exact in 128 bits."""


def units_of(value: float, column: NumberColumn) -> int | None:
    """Return a number in units of its column's last decimal, halves to the even one; None for NaN.

    Args:
        value: The number.
        column: Its column.

    Returns:
        Whole units.

    Raises:
        InputError: It is infinite, or too large to be summed exactly.

    >>> units_of(12.34, NumberColumn(name="amount"))
    1234
    """
    if math.isnan(value):
        return None
    scaled = value * 10.0**column.decimals
    if not abs(scaled) < LARGEST:
        most = LARGEST / 10**column.decimals
        raise InputError(f"{column.name!r} is {value}; give a number below {most:.0f}, or fewer decimals in the view")
    return round(scaled)
