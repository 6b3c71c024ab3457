r"""Tensors as bytes: little-endian, row by row, without gaps; BYTES elements each after their length."""

import struct
from collections.abc import Iterable, Sequence
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netwright.records.errors import RequestError
from netwright.serving.protocol.datatypes import BAD_REQUEST, ELEMENTS

_LENGTH = struct.Struct("<I")


def read_binary(content: memoryview, datatype: str, shape: Sequence[int], name: str) -> NDArray[Any]:
    r"""Return the tensor that bytes hold.

    Args:
        content: All of its bytes, and no others.
        datatype: Of the elements.
        shape: Each dimension at least 1.
        name: Of the tensor, for messages.

    Returns:
        The tensor, of the shape.

    Raises:
        RequestError: 400: there are more or fewer bytes than the shape needs, or a BOOL is neither 0 nor 1.

    Source: Triton Inference Server, "Binary Tensor Data Extension".

    >>> read_binary(memoryview(b"\x01\x00\x02\x00"), "INT16", [2, 1], "x").tolist()
    [[1], [2]]
    """
    if datatype == "BYTES":
        return _words(content, shape, name)
    dtype = ELEMENTS[datatype].dtype
    needed = prod(shape) * dtype.itemsize
    if len(content) != needed:
        raise RequestError(
            BAD_REQUEST, f"{name!r} comes as {len(content)} bytes; {datatype} of shape {list(shape)} takes {needed}"
        )
    if datatype == "BOOL":
        whole = np.frombuffer(content, np.uint8)
        if whole.max() > 1:
            raise RequestError(BAD_REQUEST, f"{name!r} holds the byte {whole.max()}; a BOOL is 0 or 1")
    values = np.frombuffer(content, dtype)
    # what lies at an odd place in the body is read faster after one copy, and some kernels need that
    return (values if values.flags.aligned else values.copy()).reshape(shape)


def write_binary(values: NDArray[np.float32]) -> bytes:
    r"""Return the bytes of an FP32 tensor.

    >>> write_binary(np.array([[1.0]], np.float32))
    b'\x00\x00\x80?'
    """
    return values.astype("<f4", copy=False).tobytes()


def write_words(words: Iterable[bytes]) -> bytes:
    r"""Return the bytes of a BYTES tensor.

    >>> write_words([b"ab", b""])
    b'\x02\x00\x00\x00ab\x00\x00\x00\x00'
    """
    return b"".join(part for word in words for part in (_LENGTH.pack(len(word)), word))


def _words(content: memoryview, shape: Sequence[int], name: str) -> NDArray[Any]:
    words: list[bytes] = []
    place = 0
    wanted = prod(shape)
    while place < len(content) and len(words) <= wanted:
        start = place + _LENGTH.size
        place = start + _LENGTH.unpack_from(content, place)[0] if start <= len(content) else start
        if place > len(content):
            raise RequestError(BAD_REQUEST, f"{name!r} ends within its BYTES element {len(words)}")
        words.append(bytes(content[start:place]))
    if len(words) != wanted:
        found = f"more than {wanted}" if len(words) > wanted else f"{len(words)}"
        raise RequestError(BAD_REQUEST, f"{name!r} has {found} BYTES elements; its shape {list(shape)} has {wanted}")
    held = np.empty(len(words), object)
    held[:] = words
    return held.reshape(shape)
