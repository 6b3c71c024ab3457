"""How figures are written: values with their unit, intervals, probabilities."""

from math import isfinite, isnan

from netwright.records.measurement import Measurement
from netwright.records.units import UNITS, format_quantity

NOT_MEASURED = "not measured"
_THOUSANDTH = 0.001


def value_text(value: float, unit: str) -> str:
    """Return a value with its unit, or that it was not measured.

    Args:
        value: In the base unit.
        unit: The dimension.

    Returns:
        The text.

    >>> value_text(0.0123, "s"), value_text(0.88, "ratio"), value_text(float("nan"), "s")
    ('12.3 ms', '0.880', 'not measured')
    """
    return NOT_MEASURED if isnan(value) else _written(value, unit, 3)


def interval_text(low: float, high: float, unit: str) -> str:
    """Return an interval, with its unit once where both ends share it.

    Args:
        low: Lower end, in the base unit.
        high: Upper end.
        unit: The dimension.

    Returns:
        The text; empty where an end is NaN; `exact` where both ends are equal.

    >>> interval_text(0.0121, 0.0126, "s"), interval_text(0.0009, 0.0012, "s"), interval_text(4.0, 4.0, "count")
    ('12.1–12.6 ms', '900 µs – 1.2 ms', 'exact')
    >>> interval_text(337.1e6, 337.4e6, "B"), interval_text(0.0002, 0.028, "ratio")
    ('337.1–337.4 MB', '0.000–0.028')
    """
    if isnan(low) or isnan(high):
        return ""
    if low == high:
        return "exact"
    first, last = _ends(low, high, unit)
    first_symbol, last_symbol = first.partition(" ")[2], last.partition(" ")[2]
    if first_symbol == last_symbol:
        return f"{first.partition(' ')[0]}–{last}"
    return f"{first} – {last}"


def measured_text(measurement: Measurement) -> str:
    """Return a measurement on one line: value, interval, samples.

    Args:
        measurement: The measurement.

    Returns:
        The text.
    """
    if isnan(measurement.value):
        return NOT_MEASURED
    interval = interval_text(measurement.low, measurement.high, measurement.unit)
    ends = f" ({interval})" if interval else ""
    return f"{value_text(measurement.value, measurement.unit)}{ends}"


def share_text(probability: float) -> str:
    """Return a probability as people write it; the ends only where they are certain.

    Args:
        probability: In [0, 1], or NaN.

    Returns:
        The text.

    >>> share_text(0.973), share_text(0.9999), share_text(1.0), share_text(float("nan"))
    ('97%', '>99%', '100%', 'unknown')
    """
    if isnan(probability):
        return "unknown"
    if 0.99 < probability < 1:
        return ">99%"
    if 0 < probability < 0.01:
        return "<1%"
    return f"{probability:.0%}"


def limit_text(limit: str) -> str:
    """Return a limit as it was written, with typographic relations.

    Args:
        limit: Such as `>= 0.80`.

    Returns:
        The text.

    >>> limit_text("<= 10 ms")
    '≤ 10 ms'
    """
    return limit.replace(">=", "≥").replace("<=", "≤")


def count_text(number: int, singular: str) -> str:
    """Return a count with its noun.

    Args:
        number: How many.
        singular: Of what; a plain `s` makes the plural.

    Returns:
        The text.

    >>> count_text(1, "seed"), count_text(2000, "sample")
    ('1 seed', '2,000 samples')
    """
    return f"{number:,} {singular}{'' if number == 1 else 's'}"


def duration_text(seconds: float) -> str:
    """Return a duration, or `unknown` where it is no finite number."""
    return format_quantity(seconds, "s") if isfinite(seconds) else "unknown"


def samples_text(size: float) -> str:
    """Return a training size as a count of samples, or that none is large enough.

    Args:
        size: Training samples, at three significant digits; may be infinite.

    Returns:
        The text.

    >>> samples_text(1234.5), samples_text(45.0), samples_text(float("inf"))
    ('1,230', '45', 'not in reach')
    """
    if isnan(size):
        return "unknown"
    return f"{float(f'{size:.3g}'):,.0f}" if isfinite(size) else "not in reach"


def samples_between(low: float, high: float) -> str:
    """Return a range of training sizes.

    Args:
        low: The smallest.
        high: The largest; may be infinite.

    Returns:
        The text.

    >>> samples_between(500, 8000), samples_between(500, float("inf"))
    ('500–8,000', 'from 500')
    """
    return f"{samples_text(low)}–{samples_text(high)}" if isfinite(high) else f"from {samples_text(low)}"


def signed_share(change: float) -> str:
    """Return a relative change in percent, with its sign.

    >>> signed_share(0.0312), signed_share(-0.2), signed_share(0.0)
    ('+3.1%', '−20%', '0%')
    """
    if isnan(change):
        return NOT_MEASURED
    text = f"{abs(change) * 100:.2g}" if abs(change) < 0.995 else f"{abs(change) * 100:,.0f}"
    sign = "" if float(text.replace(",", "")) == 0 else "+" if change > 0 else "−"
    return f"{sign}{text}%" if sign else "0%"


def rate_of(gained: float, unit: str) -> tuple[float, str]:
    """Return the amount of a gain that a price is stated for: a hundredth of a ratio, else one of what it is read in.

    Args:
        gained: A gain, in the base unit.
        unit: Its dimension.

    Returns:
        The amount in the base unit, and its text.

    >>> rate_of(0.033, "ratio"), rate_of(0.0036, "s")
    ((0.01, '0.01'), (0.001, '1 ms'))
    """
    if unit == "ratio":
        return 0.01, "0.01"
    symbol = format_quantity(gained, unit).partition(" ")[2]
    return UNITS[unit][symbol], f"1 {symbol}".rstrip()


def decimal_text(value: float, digits: int, signed: bool = False) -> str:
    """Return a plain number with a fixed count of decimals, a dash where it is not finite.

    Args:
        value: The number.
        digits: Decimals.
        signed: Whether a positive number bears its sign.

    Returns:
        The text.

    >>> decimal_text(-0.3, 2), decimal_text(0.5, 1, signed=True), decimal_text(float("nan"), 2)
    ('−0.30', '+0.5', '–')
    """
    if not isfinite(value):
        return "–"
    return f"{value:{'+' if signed else ''}.{digits}f}".replace("-", "−")


def _ends(low: float, high: float, unit: str) -> tuple[str, str]:
    if unit == "ratio" and abs(high) >= _THOUSANDTH:
        return f"{low:.3f}", f"{high:.3f}"
    # as many digits as it takes to tell the ends apart
    for digits in (3, 4, 5):
        first, last = _written(low, unit, digits), _written(high, unit, digits)
        if first != last:
            break
    return first, last


def _written(value: float, unit: str, digits: int) -> str:
    if unit == "ratio" and abs(value) >= _THOUSANDTH:
        # the same number of decimals throughout: 0.88 beside 0.873 looks like less precision
        return f"{value:.3f}"
    number, _, symbol = format_quantity(value, unit, digits).partition(" ")
    whole, point, decimals = number.partition(".")
    grouped = f"{int(whole):,}" if whole.isdecimal() else whole
    return f"{grouped}{point}{decimals} {symbol}".rstrip()
