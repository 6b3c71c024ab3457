"""Rows of a table: one tensor a column."""

import json
from functools import cached_property
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from netwright.data.encoding import MISSING, CategoryColumn, Columns, Encoding, NumericColumn
from netwright.records.errors import RequestError
from netwright.records.package import TensorSpec
from netwright.records.record import Record
from netwright.serving.forms.checks import BAD_REQUEST, check_tensors
from netwright.serving.forms.form import Inputs, Tensors


class RowForm(Record):
    """A request carries each column of the table: FP64 (N,) of numbers, BYTES (N,) of words.

    A column that had missing values in training may be left out, or hold NaN, an empty word: the value is missing.

    Args:
        kind: Always `row`.
        encoding: How the columns become the models' inputs, as the training data taught it.

    >>> age = NumericColumn(name="age", mean=40.0, spread=10.0)
    >>> RowForm(encoding=Encoding(columns=(age,))).inputs({"age": np.array([30.0, 45.0])}).tolist()
    [[-1.0], [0.5]]
    """

    kind: Literal["row"] = "row"
    encoding: Encoding

    samples: ClassVar[str] = "rows"

    @cached_property
    def _specs(self) -> tuple[TensorSpec, ...]:
        return tuple(
            TensorSpec(
                name=column.name,
                datatype="FP64" if isinstance(column, NumericColumn) else "BYTES",
                shape=(-1,),
                optional=_may_miss(column),
            )
            for column in self.encoding.columns
        )

    def specs(self) -> tuple[TensorSpec, ...]:
        """Return one tensor a column."""
        return self._specs

    def inputs(self, tensors: Tensors) -> Inputs:
        """Return float32 (N, features); 400 for what is no number, or is missing where training never saw that."""
        count = check_tensors(tensors, self._specs)
        columns = {column.name: _values(column, tensors.get(column.name), count) for column in self.encoding.columns}
        return self.encoding.encode(columns)

    def tensors(self, columns: Columns) -> Tensors:
        """Return the tensors of columns, as `netwright.data.encoding` has them."""
        names = {column.name for column in self.encoding.columns}
        return {name: values if values.dtype.kind == "f" else _bytes(values) for name, values in columns.items()
                if name in names}  # fmt: skip

    def keep(self, tensors: Tensors, index: int) -> bytes:
        """Return one row as JSON: column -> number, text, or null where it is missing."""
        return json.dumps({name: _plain(values[index]) for name, values in tensors.items()}).encode()

    def kept(self, content: bytes) -> Tensors:
        """Return the row that `keep` wrote."""
        read = json.loads(content)
        found: dict[str, NDArray[Any]] = {}
        for column in self.encoding.columns:
            value = read.get(column.name)
            if isinstance(column, NumericColumn):
                found[column.name] = np.array([np.nan if value is None else value], np.float64)
            else:
                found[column.name] = _bytes(np.array([value or ""]))
        return found


def _may_miss(column: NumericColumn | CategoryColumn) -> bool:
    return column.missing if isinstance(column, NumericColumn) else MISSING in column.levels


def _values(column: NumericColumn | CategoryColumn, given: NDArray[Any] | None, count: int) -> NDArray[Any]:
    if isinstance(column, CategoryColumn):
        return np.full(count, "", np.str_) if given is None else _words(column.name, given)
    if given is None:
        return np.full(count, np.nan)
    wrong = np.isinf(given) if column.missing else ~np.isfinite(given)
    if wrong.any():
        where = int(wrong.argmax())
        remedy = "give a number, or NaN where it is missing" if column.missing else "give a number: none may be missing"
        raise RequestError(BAD_REQUEST, f"{column.name!r} is {given[where]} in row {where}; {remedy}")
    return given


def _words(name: str, given: NDArray[Any]) -> NDArray[np.str_]:
    try:
        return np.array([word.decode() for word in given], np.str_)
    except UnicodeDecodeError as error:
        raise RequestError(
            BAD_REQUEST, f"{name!r} holds bytes that are no UTF-8 ({error.reason}); encode it so"
        ) from error


def _bytes(words: NDArray[Any]) -> NDArray[Any]:
    held = np.empty(len(words), object)
    held[:] = [str(word).encode() for word in words]
    return held


def _plain(value: Any) -> float | str | None:
    if isinstance(value, bytes):
        return value.decode()
    number = float(value)
    return None if np.isnan(number) else number
