"""How columns of numbers and of words become the inputs of a model: standardised, and one value a level."""

from collections import Counter
from collections.abc import Mapping
from math import floor, log10
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from netwright.records.record import Record

Numbers = NDArray[np.float64]
Words = NDArray[np.str_]
Columns = Mapping[str, Numbers | Words]
"""Name -> values of a column: float64 (N,) with NaN where one is missing, or text (N,) with "" where one is missing."""
MOST_LEVELS = 20
"""A column of words gets an input for each of its most common levels, at most so many."""
MISSING = "(missing)"
_DIGITS = 6


class NumericColumn(Record):
    """A column of numbers: z = (x - mean)/spread, and 0 where x is missing.

    Args:
        kind: Always `numeric`.
        name: The column.
        mean: Of the training part, where it is not missing.
        spread: Standard deviation of the same.
        missing: Whether an input of its own says that the value is missing.
    """

    kind: Literal["numeric"] = "numeric"
    name: str
    mean: float
    spread: Annotated[float, Field(gt=0)]
    missing: bool = False

    def features(self) -> list[str]:
        """Return what each of its inputs is."""
        return [self.name, f"{self.name} = {MISSING}"] if self.missing else [self.name]

    def encode(self, values: Numbers) -> list[NDArray[np.float32]]:
        """Return its inputs, one array (N,) each, of values float64 (N,)."""
        gone = np.isnan(values)
        inputs = [np.where(gone, 0.0, (values - self.mean) / self.spread).astype(np.float32)]
        return [*inputs, gone.astype(np.float32)] if self.missing else inputs


class CategoryColumn(Record):
    """A column of words: one input a level, 1 where the value is that level and 0 elsewhere.

    A value that is none of the levels gets 0 in all of them.

    Args:
        kind: Always `category`.
        name: The column.
        levels: The most common values of the training part, the most common first; `(missing)` is one where it occurs.
    """

    kind: Literal["category"] = "category"
    name: str
    levels: tuple[str, ...]

    def features(self) -> list[str]:
        """Return what each of its inputs is."""
        return [f"{self.name} = {level}" for level in self.levels]

    def encode(self, values: Words) -> list[NDArray[np.float32]]:
        """Return its inputs, one array (N,) each, of values text (N,)."""
        return [(values == ("" if level == MISSING else level)).astype(np.float32) for level in self.levels]


Column = Annotated[NumericColumn | CategoryColumn, Field(discriminator="kind")]


class Encoding(Record):
    """From columns to inputs: what was learnt from the training part, and holds for every row from then on.

    Args:
        columns: The columns that are used, in the order of their inputs.
    """

    columns: tuple[Column, ...]

    @property
    def features(self) -> tuple[str, ...]:
        """What each input is."""
        return tuple(feature for column in self.columns for feature in column.features())

    def encode(self, columns: Columns) -> NDArray[np.float32]:
        """Return the inputs of rows.

        Args:
            columns: Name -> values (N,), of at least the columns that are used.

        Returns:
            float32 (N, features).

        >>> age = NumericColumn(name="age", mean=40.0, spread=10.0)
        >>> Encoding(columns=(age,)).encode({"age": np.array([30.0, np.nan])}).tolist()
        [[-1.0], [0.0]]
        """
        parts: list[NDArray[np.float32]] = []
        for column in self.columns:
            # numbers come as float64, words as text: what was learnt says which
            parts += column.encode(columns[column.name])  # type: ignore[arg-type]
        return np.column_stack(parts)


def learn_encoding(columns: Columns) -> tuple[Encoding, tuple[str, ...]]:
    """Learn how to encode columns from the training part.

    Standard deviations are rounded to six digits and means to a millionth of them, so that the same table gives the
    same inputs on every machine, whatever the order in which its processor adds numbers.

    Args:
        columns: Name -> values (N,) of the training part, in the order of the inputs.

    Returns:
        (encoding, notes): notes name the columns that are left out since all their values are the same.

    Source: Hastie, Tibshirani and Friedman 2009, "The Elements of Statistical Learning", section 11.5.3 (scaling of
    inputs) and section 9.6 (missing values: an indicator of its own).

    >>> encoding, _ = learn_encoding({"age": np.array([30.0, 50.0]), "city": np.array(["Oslo", "Rome"])})
    >>> encoding.features
    ('age', 'city = Oslo', 'city = Rome')
    """
    learnt: list[NumericColumn | CategoryColumn] = []
    constant: list[str] = []
    for name, values in columns.items():
        numeric = values.dtype.kind == "f"
        column = _numeric(name, values.astype(np.float64)) if numeric else _category(name, values.astype(np.str_))
        if column is None:
            constant.append(name)
        else:
            learnt.append(column)
    notes = (f"left out, since all training rows have one value there: {', '.join(constant)}",) if constant else ()
    return Encoding(columns=tuple(learnt)), notes


def _numeric(name: str, values: NDArray[np.float64]) -> NumericColumn | None:
    known = values[~np.isnan(values)]
    if not len(known):
        return None
    missing = len(known) < len(values)
    spread = float(f"{known.std():.{_DIGITS}g}")
    if known.min() == known.max() or not spread:
        return NumericColumn(name=name, mean=float(known[0]), spread=1.0, missing=True) if missing else None
    # to a millionth of the spread: a mean may be large beside it
    places = _DIGITS - floor(log10(spread))
    return NumericColumn(name=name, mean=round(float(known.mean()), places), spread=spread, missing=missing)


def _category(name: str, values: Words) -> CategoryColumn | None:
    counts = Counter(values.tolist())
    if len(counts) < 2:
        return None
    # names decide among equals, so that the order of the rows does not
    common = sorted(counts, key=lambda level: (-counts[level], level))[:MOST_LEVELS]
    return CategoryColumn(name=name, levels=tuple(level or MISSING for level in common))
