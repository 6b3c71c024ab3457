"""What the service and its workers say to each other: a short header, and arrays as they lie in memory.

    frame = length of the header (4 bytes) | length of the body (8 bytes) | header (MessagePack) | body (raw arrays)

Nothing in a frame is ever run. Both ends are on one machine, so lengths and arrays are in its own byte order.
"""

import struct
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netwright.records.errors import MissingExtraError
from netwright.serving.engine import Answers
from netwright.serving.forms.form import Inputs

try:
    import msgspec
except ModuleNotFoundError as missing:
    raise MissingExtraError("serving a package", "serve") from missing

LENGTHS = struct.Struct("=IQ")


class Ask(msgspec.Struct, tag="ask", frozen=True):
    """Service to worker: answer this batch; the body is its array.

    Args:
        number: Of the batch.
        dtype: As numpy writes it.
        shape: Of the array.
    """

    number: int
    dtype: str
    shape: tuple[int, ...]


class Opened(msgspec.Struct, tag="opened", frozen=True):
    """Worker to service: the engine is there.

    Args:
        engine: Its name.
    """

    engine: str


class Beat(msgspec.Struct, tag="beat", frozen=True):
    """Worker to service: alive.

    Args:
        busy_since: Time of `time.monotonic()`, which is one clock for the machine; None while it waits.
    """

    busy_since: float | None


class Answered(msgspec.Struct, tag="answered", frozen=True):
    """Worker to service: the answers to a batch; the body is logits, then the embedding, both float32.

    Args:
        number: Of the batch.
        seconds: That the engine took.
        logits: Shape.
        embedding: Shape; None where there is none.
    """

    number: int
    seconds: float
    logits: tuple[int, int]
    embedding: tuple[int, int] | None


class Failed(msgspec.Struct, tag="failed", frozen=True):
    """Worker to service: the engine raised.

    Args:
        number: Of the batch; None where the engine could not be opened.
        reason: The exception in a line.
    """

    number: int | None
    reason: str


Message = Ask | Opened | Beat | Answered | Failed

_encoder = msgspec.msgpack.Encoder()
_decoder: "msgspec.msgpack.Decoder[Message]" = msgspec.msgpack.Decoder(Message)


def packed(message: Message, *arrays: NDArray[Any]) -> list[bytes | memoryview]:
    """Return the parts of a frame, in order; arrays are not copied.

    Args:
        message: The header.
        arrays: The body, contiguous.

    Returns:
        What is written one after the other.
    """
    header = _encoder.encode(message)
    body = [array.data.cast("B") for array in arrays]
    return [LENGTHS.pack(len(header), sum(part.nbytes for part in body)) + header, *body]


class Frames:
    r"""Cuts a stream of bytes into frames.

    >>> frames = Frames()
    >>> stream = b"".join(packed(Beat(None)) + packed(Failed(7, "why")))
    >>> [list(frames.feed(part)) for part in (stream[:5], stream[5:])]
    [[], [(Beat(busy_since=None), b''), (Failed(number=7, reason='why'), b'')]]
    """

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> Iterator[tuple[Message, bytes]]:
        """Take in bytes, and yield the frames that are whole now.

        Args:
            data: As they came.

        Yields:
            Header and body.
        """
        buffer = self._buffer
        buffer += data
        while len(buffer) >= LENGTHS.size:
            header, body = LENGTHS.unpack_from(buffer)
            start = LENGTHS.size + header
            if len(buffer) < start + body:
                return
            frame = _decoder.decode(buffer[LENGTHS.size : start]), bytes(memoryview(buffer)[start : start + body])
            del buffer[: start + body]
            yield frame


def inputs_of(ask: Ask, body: bytes) -> Inputs:
    """Return the array of an `Ask`."""
    return np.frombuffer(body, dtype=np.dtype(ask.dtype)).reshape(ask.shape)


def answers_of(answered: Answered, body: bytes) -> Answers:
    """Return the arrays of an `Answered`."""
    values = np.frombuffer(body, dtype=np.float32)
    rows, classes = answered.logits
    logits = values[: rows * classes].reshape(answered.logits)
    if answered.embedding is None:
        return Answers(logits)
    return Answers(logits, values[rows * classes :].reshape(answered.embedding))
