"""From whole numbers to the columns of the model's row: the one place where they become floating-point."""

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from netwright.features.aggregations.aggregation import Moment, Terms
from netwright.features.bound_view import BoundView
from netwright.features.times import hour_of_day
from netwright.records.feature_view import Passed

Numbers = NDArray[np.float64]
Words = NDArray[np.str_]
Own = Mapping[str, Numbers | Words]
"""Column -> values of the events that rows are asked for, (N,): whole numbers in units of the last decimal, NaN where
missing; or words, empty where missing."""


def row_columns(
    bound: BoundView, terms: Sequence[Terms], time: NDArray[np.int64], own: Own
) -> dict[str, Numbers | Words]:
    """Return the columns of rows.

    Args:
        bound: The view.
        terms: Of each feature.
        time: Microseconds since the epoch, (N,).
        own: What the events themselves hold; `bound.own_columns` at least.

    Returns:
        Name -> values (N,): float64 with NaN where missing, or words; the features first, then what is passed.
    """
    units = {column.name: 10.0**column.decimals for column in bound.view.columns if column.kind == "number"}
    nothing = np.full(len(time), np.nan)
    columns: dict[str, Numbers | Words] = {}
    for one, term in zip(bound.features, terms, strict=True):
        name = one.column.name if one.column else ""
        mine = own.get(name, nothing)
        moment = Moment(time, mine if mine.dtype.kind == "f" else nothing, units.get(name, 1.0))
        value = one.aggregation.value(term, moment)
        if one.feature.default is not None:
            value = np.where(np.isnan(value), one.feature.default, value)
        columns[one.feature.name] = log1p(value) if one.feature.shown == "log1p" else value
    for passed in bound.view.passed:
        columns[passed.name] = _passed(passed, units, time, own)
    return columns


def log1p(values: Numbers) -> Numbers:
    """Return ln(1 + x), NaN at and below -1.

    Not numpy's: its vectors and its single numbers may differ in the last bit, and one row must equal one of many.

    >>> log1p(np.array([0.0, -1.0])).tolist()
    [0.0, nan]
    """
    return np.array([math.log1p(x) if x > -1 else math.nan for x in values.tolist()], np.float64)


def _passed(passed: Passed, units: Mapping[str, float], time: NDArray[np.int64], own: Own) -> Numbers | Words:
    if passed.shown == "hour":
        return np.array([hour_of_day(one) for one in time.tolist()], np.float64)
    values = own[passed.column]
    if values.dtype.kind != "f":
        return values
    numbers: Numbers = values / units[passed.column]  # type: ignore[operator]
    return log1p(numbers) if passed.shown == "log1p" else numbers
