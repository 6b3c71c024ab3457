"""From what stands in a file to one sample's value of a tensor."""

import math
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import numpy as np

from netwright.data.csv_columns import MISSING
from netwright.records.errors import DataError, nearest
from netwright.records.package import TensorSpec
from netwright.serving.forms.checks import DTYPES

_SHOWN = 20


class CellError(Exception):
    """A cell that is no value of its tensor; the message says why, and the source tells it with its place."""


def values_of(found: Mapping[str, Any], specs: Sequence[TensorSpec]) -> dict[str, Any]:
    """Return one sample's values.

    Args:
        found: Name -> what stands in the file, as JSON or Parquet has it; other names are not looked at.
        specs: Of the package's form.

    Returns:
        Name -> value.

    Raises:
        CellError: A value is missing, or is none of its tensor.

    >>> values_of({"age": 30, "id": 7}, [TensorSpec(name="age", datatype="FP64", shape=(-1,))])
    {'age': 30.0}
    """
    missing = [spec.name for spec in specs if spec.name not in found and not spec.optional]
    if missing:
        raise CellError(f"{missing[0]!r} is missing. {nearest(missing[0], list(found))}" if found else "it is empty")
    return {spec.name: value_of(found.get(spec.name), spec) for spec in specs}


def value_of(found: Any, spec: TensorSpec) -> Any:
    """Return the value of a tensor for one sample.

    Args:
        found: A number, a text, a list of lists, or None where the value is missing.
        spec: The tensor.

    Returns:
        bytes; a float (NaN where it is missing); or an array of the shape of the spec without its first dimension.

    Raises:
        CellError: It is no value of that tensor.
    """
    if len(spec.shape) > 1:
        return _array(found, spec)
    return _word(found, spec.name) if spec.datatype == "BYTES" else _number(found, spec.name)


def value_of_text(cell: str, spec: TensorSpec) -> Any:
    """Return the value that a cell of a CSV file stands for, by the rules by which tables are read for training.

    Args:
        cell: Its text, without blanks around it.
        spec: The tensor.

    Returns:
        bytes, or a float (NaN where it is missing).

    Raises:
        CellError: It is no value of that tensor.

    >>> value_of_text("n/a", TensorSpec(name="age", datatype="FP64", shape=(-1,)))
    nan
    """
    if spec.datatype == "BYTES":
        return _word(cell, spec.name)
    if len(spec.shape) > 1:
        raise CellError(f"{spec.name!r} is of shape {list(spec.shape[1:])}, which a cell cannot hold")
    if cell.lower() in MISSING:
        return math.nan
    try:
        if "_" not in cell:
            return float(cell)
    except ValueError:
        pass
    raise CellError(f"{spec.name!r} is {_shown(cell)}, which is no number")


def check_columns(name: str, columns: Sequence[str], specs: Sequence[TensorSpec], identifier: str | None) -> None:
    """Raise where a table lacks what the package's models read.

    Args:
        name: Of the table.
        columns: That it has.
        specs: Of the package's form.
        identifier: The column that names its rows, None for none.

    Raises:
        DataError: A column is missing.
    """
    needed = [spec.name for spec in specs if not spec.optional] + ([identifier] if identifier is not None else [])
    absent = [column for column in needed if column not in columns]
    if absent:
        more = f" (and {len(absent) - 1} more of those needed)" if len(absent) > 1 else ""
        raise DataError(f"{name} has no column {absent[0]!r}{more}. {nearest(absent[0], list(columns))}")


def _number(found: Any, name: str) -> float:
    if found is None:
        return math.nan
    if isinstance(found, bool | np.bool_) or not isinstance(found, int | float | Decimal | np.number):
        raise CellError(f"{name!r} is {_shown(found)}, which is no number")
    try:
        return float(found)
    except OverflowError as error:
        raise CellError(f"{name!r} is {_shown(found)}, which is too large for a number") from error


def _word(found: Any, name: str) -> bytes:
    if found is None:
        return b""
    if isinstance(found, bytes):
        return found
    # a whole number may be a word, such as a code; the digits of a fraction depend on who writes it
    if isinstance(found, int) and not isinstance(found, bool):
        found = str(found)
    if not isinstance(found, str):
        raise CellError(f"{name!r} is {_shown(found)}, which is no text")
    try:
        return found.encode()
    except UnicodeEncodeError as error:
        raise CellError(f"{name!r} is no UTF-8 at character {error.start}") from error


def _array(found: Any, spec: TensorSpec) -> Any:
    shape = spec.shape[1:]
    try:
        values = np.array(found)
    except ValueError as error:
        raise CellError(f"{spec.name!r} has rows of different lengths; give {list(shape)}") from error
    if values.shape != shape or values.dtype.kind not in "iuf":
        what = f"numbers of shape {list(values.shape)}" if values.dtype.kind in "iuf" else _shown(found)
        raise CellError(f"{spec.name!r} is {what}; give numbers of shape {list(shape)}")
    held = values.astype(DTYPES[spec.datatype])
    if not np.array_equal(held, values):
        raise CellError(f"{spec.name!r} has numbers that {spec.datatype} does not hold")
    return held


def _shown(found: Any) -> str:
    text = repr(found)
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "..."
