"""Moments as whole microseconds since the epoch, which compare and subtract without rounding."""

import math

from netwright.records.errors import InputError

MICROSECONDS = 1_000_000
LATEST = 2**53
"""Beyond it (in the year 2255) a double no longer holds every microsecond."""
_HOUR = 3600 * MICROSECONDS


def microseconds(seconds: float) -> int:
    """Return seconds since the epoch as whole microseconds, halves to the even one.

    Args:
        seconds: Since 1970-01-01 00:00 UTC.

    Returns:
        Microseconds.

    Raises:
        InputError: It is no finite number, or beyond the year 2255.

    >>> microseconds(1.5)
    1500000
    """
    scaled = seconds * MICROSECONDS
    if not math.isfinite(scaled) or abs(scaled) >= LATEST:
        raise InputError(f"{seconds} is no time in seconds since the epoch; give one before the year 2255")
    return round(scaled)


def hour_of_day(time: int) -> float:
    """Return the hour of the day in UTC with its fraction, for microseconds since the epoch.

    >>> hour_of_day(microseconds(90_000))
    1.0
    """
    return (time % (24 * _HOUR)) / _HOUR
