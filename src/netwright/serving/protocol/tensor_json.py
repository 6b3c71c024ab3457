"""Tensors in JSON: a flat list, or lists in lists, of exactly as many elements as the shape says."""

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import chain
from math import prod
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from netwright.records.errors import RequestError
from netwright.serving.protocol.datatypes import BAD_REQUEST, ELEMENTS

_OPENING = re.compile(rb"[\[\s]*")
DEEPEST = 8


def read_json(data: msgspec.Raw, datatype: str, shape: Sequence[int], name: str, missing: bool) -> NDArray[Any]:
    """Return the tensor that a piece of JSON holds.

    Args:
        data: The JSON: a flat list, or as many lists in lists as the shape has dimensions.
        datatype: Of the elements.
        shape: At most 8 dimensions, each at least 1.
        name: Of the tensor, for messages.
        missing: Whether null may stand for a value: it becomes NaN, or an empty BYTES element.

    Returns:
        The tensor, of the shape.

    Raises:
        RequestError: 400: it is no such list, of another length, or an element is no value of the datatype.

    Source: Open Inference Protocol, "Tensor Data".

    >>> read_json(msgspec.Raw(b"[[1, 2], [3, 4]]"), "FP32", [2, 2], "x", False).tolist()
    [[1.0, 2.0], [3.0, 4.0]]
    """
    found = _OPENING.match(data)
    depth = found.group().count(b"[") if found else 0
    if depth not in {1, len(shape)}:
        raise RequestError(
            BAD_REQUEST,
            f"the data of {name!r} is {depth} lists deep; give a flat list, or {len(shape)} levels of lists",
        )
    try:
        values = _decoder(datatype, depth, missing).decode(data)
        flat = _flat(values, shape, name) if depth > 1 else values
    except (ValueError, RecursionError) as error:
        raise RequestError(BAD_REQUEST, f"the data of {name!r} is no list of {datatype}: {error}") from error
    if len(flat) != prod(shape):
        raise RequestError(
            BAD_REQUEST, f"the data of {name!r} has {len(flat)} elements; its shape {list(shape)} has {prod(shape)}"
        )
    try:
        return _array(flat, datatype).reshape(shape)
    except (ValueError, OverflowError) as error:
        raise RequestError(BAD_REQUEST, f"{name!r} holds a number that {datatype} cannot hold: {error}") from error


@lru_cache(maxsize=128)
def _decoder(datatype: str, depth: int, missing: bool) -> "msgspec.json.Decoder[Any]":
    kind = ELEMENTS[datatype].json
    lists: Any = kind | None if missing and kind in {float, str} else kind
    for _ in range(depth):
        lists = list[lists]
    return msgspec.json.Decoder(lists)


def _flat(values: list[Any], shape: Sequence[int], name: str) -> list[Any]:
    for size in shape[1:]:
        uneven = next((len(inner) for inner in values if len(inner) != size), None)
        if uneven is not None:
            raise RequestError(
                BAD_REQUEST, f"the data of {name!r} has a list of {uneven} where its shape {list(shape)} has {size}"
            )
        values = list(chain.from_iterable(values))
    return values


def _array(flat: list[Any], datatype: str) -> NDArray[Any]:
    if datatype == "UINT8":
        # three times as quick as numpy's own conversion, and it refuses what is not in 0..255
        return np.frombuffer(bytes(flat), np.uint8)
    dtype, kind = ELEMENTS[datatype]
    if kind is str:
        encoded = np.empty(len(flat), object)
        encoded[:] = [b"" if word is None else word.encode() for word in flat]
        return encoded
    if kind is float:
        numbers = np.array(flat, np.float64)
        if dtype.itemsize < numbers.itemsize and (np.abs(numbers) > np.finfo(dtype).max).any():
            raise OverflowError(f"its largest is {np.finfo(dtype).max}")
        return numbers.astype(dtype, copy=False)
    return np.array(flat, dtype)
