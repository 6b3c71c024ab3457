"""Quantities with units: read what people write, print what people read.

Values inside records are always in the base unit of their dimension: seconds, bytes, ratios, counts, per second,
joules, kilograms, US dollars.
"""

import re

UNITS: dict[str, dict[str, float]] = {
    "s": {"us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "min": 60.0, "h": 3600.0},
    "B": {
        "B": 1.0, "kB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12,
        "KiB": 2.0**10, "MiB": 2.0**20, "GiB": 2.0**30,
    },
    "ratio": {"": 1.0, "%": 0.01},
    "count": {"": 1.0, "k": 1e3, "M": 1e6, "G": 1e9},
    "FLOP": {"FLOP": 1.0, "kFLOP": 1e3, "MFLOP": 1e6, "GFLOP": 1e9},
    "1/s": {"/s": 1.0, "/min": 1 / 60.0},
    "J": {"uJ": 1e-6, "µJ": 1e-6, "mJ": 1e-3, "J": 1.0, "kJ": 1e3, "MJ": 1e6, "Wh": 3600.0, "kWh": 3.6e6},
    "kg": {"ug": 1e-9, "µg": 1e-9, "mg": 1e-6, "g": 1e-3, "kg": 1.0, "t": 1e3},
    "$": {"$": 1.0, "USD": 1.0},
}  # fmt: skip
"""Dimension (named after its base unit) -> symbol -> size in the base unit."""

_QUANTITY = re.compile(r"\s*([-+]?(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s*(\S*)\s*")
_PRINTED = {
    "s": ("µs", "ms", "s", "min", "h"),
    "B": ("B", "kB", "MB", "GB", "TB"),
    "count": ("", "k", "M", "G"),
    "FLOP": ("FLOP", "kFLOP", "MFLOP", "GFLOP"),
    "1/s": ("/s",),
    "J": ("mJ", "J", "kJ", "MJ"),
    "kg": ("µg", "mg", "g", "kg", "t"),
    "$": ("$",),
    "ratio": ("",),
}


def parse_quantity(text: str, unit: str) -> float:
    """Return a written quantity in the base unit of its dimension.

    Args:
        text: A number and a unit, such as `10 ms`, `6 GiB`, `0.80`.
        unit: The dimension, a key of `UNITS`.

    Returns:
        The value in base units.

    Raises:
        ValueError: The text is no number with a unit of that dimension; the message names the units that are.

    >>> parse_quantity("10 ms", "s"), parse_quantity("4 MB", "B"), parse_quantity("80 %", "ratio")
    (0.01, 4000000.0, 0.8)
    """
    symbols = UNITS[unit]
    written = _QUANTITY.fullmatch(text)
    wanted = (
        "a bare number"
        if list(symbols) == [""]
        else f"a number with one of: {', '.join(s or '(none)' for s in symbols)}"
    )
    if written is None:
        raise ValueError(f"found {text!r}, which is no number with a unit; expected {wanted}")
    number, symbol = written.groups()
    if symbol not in symbols:
        found = f"the unit {symbol!r}" if symbol else "no unit"
        raise ValueError(f"found {found} in {text!r}; expected {wanted}")
    return float(number.replace("_", "")) * symbols[symbol]


def format_quantity(value: float, unit: str, digits: int = 3) -> str:
    """Return a value in base units as people write it.

    Args:
        value: The value, in the base unit.
        unit: The dimension, a key of `UNITS`.
        digits: Significant digits.

    Returns:
        The number and the symbol that suits its size.

    >>> format_quantity(0.0123, "s"), format_quantity(266610, "count"), format_quantity(0.8412, "ratio")
    ('12.3 ms', '267 k', '0.841')
    """
    if value != value or value in {float("inf"), float("-inf")}:
        return str(value)
    symbols = _PRINTED[unit]
    sizes = UNITS[unit]
    fitting = [symbol for symbol in symbols if abs(value) >= sizes[symbol] * (1 - 0.5 * 10.0**-digits)]
    symbol = fitting[-1] if fitting else symbols[0]
    return f"{_significant(value / sizes[symbol], digits)} {symbol}".rstrip()


def _significant(number: float, digits: int) -> str:
    text = f"{number:.{digits}g}"
    return f"{float(text):.0f}" if "e+" in text else text
