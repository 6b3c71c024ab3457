"""A worker's end of its channel: blocking, written to by two threads."""

import socket
import threading
from collections.abc import Iterator
from typing import Any

from numpy.typing import NDArray

from netwright.serving.execution.frames import Frames, Message, packed

CHUNK = 2**18


class Wire:
    """Sends and receives frames.

    Args:
        channel: A connected stream socket; it is closed with the process.
    """

    def __init__(self, channel: socket.socket) -> None:
        self._channel = channel
        self._lock = threading.Lock()

    def send(self, message: Message, *arrays: NDArray[Any]) -> None:
        """Write a frame whole.

        Args:
            message: The header.
            arrays: The body, contiguous.
        """
        with self._lock:
            for part in packed(message, *arrays):
                self._channel.sendall(part)

    def received(self) -> Iterator[tuple[Message, bytes]]:
        """Yield frames until the other end is closed."""
        frames = Frames()
        while data := self._channel.recv(CHUNK):
            yield from frames.feed(data)
