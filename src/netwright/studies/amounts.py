"""Amounts with units, as a scenario file writes them."""

from typing import Any

from netwright.records.units import parse_quantity
from netwright.studies.faults import FaultFinder
from netwright.studies.toml_lines import Path


def read_amount(finder: FaultFinder, value: Any, unit: str, path: Path) -> float | None:
    """Return a written amount in the base unit, or None after noting the fault.

    Args:
        finder: Where the fault goes.
        value: A text such as `6 GiB`; a bare number where the unit allows one.
        unit: The dimension.
        path: Where it stands.

    Returns:
        The amount, or None.
    """
    text = str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value
    if not isinstance(text, str):
        finder.add(path, f"found {value!r}", "Write a number with its unit.")
        return None
    try:
        return parse_quantity(text, unit)
    except ValueError as error:
        finder.add(path, str(error), "Write the number with such a unit.")
        return None
