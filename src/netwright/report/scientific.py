"""Very small and very large numbers, as powers of ten."""

from math import floor, isfinite, log10

_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def scientific(value: float | None, digits: int = 2) -> str:
    """Return a number as people write it: plain from a thousandth to a hundred thousand, else with a power of ten.

    Args:
        value: The number; None where there is none.
        digits: Significant digits.

    Returns:
        The text; a dash where there is no finite number.

    >>> scientific(3.14e-6), scientific(0.25), scientific(-12345.6, 3), scientific(0.0), scientific(None)
    ('3.1 × 10⁻⁶', '0.25', '−12,300', '0', '–')
    """
    if value is None or not isfinite(value):
        return "–"
    if value == 0:
        return "0"
    rounded = float(f"{value:.{digits - 1}e}")
    power = floor(log10(abs(rounded)))
    if -3 <= power < 5:
        decimals = max(0, digits - 1 - power)
        return f"{rounded:,.{decimals}f}".replace("-", "−")
    return f"{rounded / 10.0**power:.{digits - 1}f} × 10{str(power).translate(_RAISED)}".replace("-", "−")
