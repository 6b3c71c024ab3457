"""The datatypes of the Open Inference Protocol, and which of them may stand for which."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from netwright.records.errors import RequestError
from netwright.records.package import Datatype

BAD_REQUEST = 400


class Elements(NamedTuple):
    """The elements of a tensor.

    Args:
        dtype: Of numpy, little-endian; object for BYTES.
        json: What an element is in JSON.
    """

    dtype: np.dtype[Any]
    json: type[bool] | type[int] | type[float] | type[str]


ELEMENTS: dict[str, Elements] = {
    "BOOL": Elements(np.dtype("?"), bool),
    "UINT8": Elements(np.dtype("u1"), int),
    "UINT16": Elements(np.dtype("<u2"), int),
    "UINT32": Elements(np.dtype("<u4"), int),
    "UINT64": Elements(np.dtype("<u8"), int),
    "INT8": Elements(np.dtype("i1"), int),
    "INT16": Elements(np.dtype("<i2"), int),
    "INT32": Elements(np.dtype("<i4"), int),
    "INT64": Elements(np.dtype("<i8"), int),
    "FP16": Elements(np.dtype("<f2"), float),
    "FP32": Elements(np.dtype("<f4"), float),
    "FP64": Elements(np.dtype("<f8"), float),
    "BYTES": Elements(np.dtype(object), str),
}
"""Datatype -> its elements. Source: Open Inference Protocol, "Tensor Data Types"."""


def acceptable(wanted: Datatype) -> tuple[str, ...]:
    """Return the datatypes whose values can stand for those of another without loss.

    An integer stands for a floating-point number where its value is exactly one, which `widened` looks at.

    >>> acceptable("INT64")
    ('UINT8', 'UINT16', 'UINT32', 'INT8', 'INT16', 'INT32', 'INT64')
    >>> acceptable("BYTES")
    ('BYTES',)
    """
    return _ACCEPTABLE[wanted]


def widened(values: NDArray[Any], given: str, wanted: Datatype, name: str) -> NDArray[Any]:
    """Return values of one datatype as another that holds each of them exactly.

    Args:
        values: Of the datatype `given`.
        given: What the request says they are.
        wanted: What the model takes.
        name: Of the tensor, for the message.

    Returns:
        The same numbers.

    Raises:
        RequestError: 400: the datatype cannot stand for the wanted one, or a value would be rounded.

    >>> widened(np.array([3], np.int32), "INT32", "FP64", "age")
    array([3.])
    """
    if given == wanted:
        return values
    if given not in _ACCEPTABLE[wanted]:
        raise RequestError(
            BAD_REQUEST, f"{name!r} is of {given}; give {wanted}, or what fits in it: {', '.join(_ACCEPTABLE[wanted])}"
        )
    target = ELEMENTS[wanted].dtype
    if target.kind == "f" and values.dtype.kind in "iu":
        exact = 2 ** (np.finfo(target).nmant + 1)
        if int(values.max()) > exact or int(values.min()) < -exact:
            raise RequestError(BAD_REQUEST, f"{name!r} holds integers beyond {exact}, which {wanted} would round")
    return values.astype(target)


def _acceptable(wanted: str) -> tuple[str, ...]:
    target = ELEMENTS[wanted]
    if target.json in {bool, str}:
        return (wanted,)
    numbers = {name: one for name, one in ELEMENTS.items() if one.json in {int, float}}
    return tuple(
        name
        for name, one in numbers.items()
        if np.can_cast(one.dtype, target.dtype, "safe") or (one.json is int and target.json is float)
    )


_ACCEPTABLE = {name: _acceptable(name) for name in ELEMENTS}
