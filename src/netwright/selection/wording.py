"""How the sentences of a decision state their figures."""

from collections.abc import Sequence

from netwright.records.measurement import Measurement
from netwright.records.units import format_quantity
from netwright.selection.comparable import Tolerance

MOST_DIGITS = 6


def stated(measurement: Measurement) -> str:
    """Return a measurement as `0.853 (0.846 to 0.860)`; an exact one without an interval.

    Args:
        measurement: The measurement.

    Returns:
        The text.
    """
    value = figure(measurement.value, measurement.unit)
    if measurement.low == measurement.high:
        return value
    return f"{value} ({figure(measurement.low, measurement.unit)} to {figure(measurement.high, measurement.unit)})"


def figure(value: float, unit: str, digits: int = 3) -> str:
    """Return a value with its unit; ratios with three decimals.

    Args:
        value: In the base unit.
        unit: The dimension.
        digits: Significant digits; of ratios, decimals.

    Returns:
        The text.

    >>> figure(0.84, "ratio"), figure(0.0123, "s")
    ('0.840', '12.3 ms')
    """
    if unit == "ratio" and abs(value) >= 0.001:
        return f"{value:.{digits}f}"
    return format_quantity(value, unit, digits)


def both(one: float, other: float, unit: str) -> tuple[str, str]:
    """Return two values with as many digits as it takes to tell them apart.

    Args:
        one: In the base unit.
        other: In the base unit.
        unit: The dimension.

    Returns:
        Both texts.

    >>> both(0.8531, 0.8534, "ratio"), both(0.5, 0.5, "ratio")
    (('0.8531', '0.8534'), ('0.500', '0.500'))
    """
    if one == other:
        return figure(one, unit), figure(other, unit)
    texts = ("", "")
    for digits in range(3, MOST_DIGITS + 1):
        texts = figure(one, unit, digits), figure(other, unit, digits)
        if texts[0] != texts[1]:
            break
    return texts


def chance(probability: float) -> str:
    """Return a probability with two decimals, never rounded to certainty.

    Args:
        probability: In [0, 1].

    Returns:
        The text.

    >>> chance(0.873), chance(0.9999), chance(0.0002), chance(1.0)
    ('0.87', 'more than 0.99', 'less than 0.01', '1')
    """
    if probability in {0.0, 1.0}:
        return f"{probability:.0f}"
    if probability > 0.99:
        return "more than 0.99"
    return "less than 0.01" if probability < 0.01 else f"{probability:.2f}"


def listed(names: Sequence[str]) -> str:
    """Return names as people list them.

    Args:
        names: At least one.

    Returns:
        The text.

    >>> listed(["a"]), listed(["a", "b", "c"])
    ('a', 'a, b and c')
    """
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def tolerated(tolerance: Tolerance, unit: str) -> str:
    """Return a tolerance in words.

    Args:
        tolerance: The tolerance.
        unit: The dimension of its quality.

    Returns:
        The text.

    >>> tolerated(Tolerance(0.1, relative=True), "s"), tolerated(Tolerance(0.005, relative=False), "ratio")
    ('10%', '0.005')
    """
    return f"{tolerance.size * 100:.3g}%" if tolerance.relative else format_quantity(tolerance.size, unit)


def samples(count: float) -> str:
    """Return a number of training samples.

    >>> samples(2000)
    '2,000 training samples'
    """
    return f"{count:,.0f} training samples"
