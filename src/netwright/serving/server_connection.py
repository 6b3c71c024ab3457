"""One connection of a client, with limits: on its time, on its header, and on how many there are."""

import asyncio
from typing import Any

from netwright.records.errors import MissingExtraError

try:
    from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
except ModuleNotFoundError as missing:
    raise MissingExtraError("serving a package", "serve") from missing

READING = 20.0
SLOWEST = 10_000.0
HEADER = 64 * 1024
CONNECTIONS = 1000
LOOK = 1.0

FULL = (
    b"HTTP/1.1 503 Service Unavailable\r\ncontent-type: text/plain\r\ncontent-length: 20\r\nretry-after: 1\r\n"
    b"connection: close\r\n\r\ntoo many connections"
)
LONG = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-type: text/plain\r\ncontent-length: 15\r\n"
    b"connection: close\r\n\r\nheader too long"
)


class Door:
    """What all connections of a service share.

    Args:
        connections: At most; one more is told so and closed.
        header: Bytes of a request's header at most.
        reading: Seconds in which a request must have arrived whole, also the first of a connection; a long one may
            take longer, at 10 kB/s at least.
    """

    def __init__(self, connections: int = CONNECTIONS, header: int = HEADER, reading: float = READING) -> None:
        self.connections = connections
        self.header = header
        self.reading = reading
        self.closing = False
        self.there: set[Connection] = set()

    def close(self) -> None:
        """Let each connection end with the response to the request that it has, or gets next."""
        self.closing = True
        for connection in self.there:
            connection.end_with_response()

    async def watch(self) -> None:
        """Cut off who sends too slowly, until cancelled."""
        while True:
            await asyncio.sleep(min(LOOK, self.reading))
            now = asyncio.get_running_loop().time()
            for connection in tuple(self.there):
                connection.cut_off(now)


class Connection(HttpToolsProtocol):
    """Uvicorn's connection; a client that sends slowly or endlessly is cut off.

    Source: Apache's mod_reqtimeout, which gives a request a time and a least rate.

    Args:
        door: What it shares with the others.
        given: As uvicorn gives them.
    """

    def __init__(self, door: Door, **given: Any) -> None:
        super().__init__(**given)
        self._door = door
        self._began = self.loop.time()
        self._whole = False
        self._in_header = True
        self.received = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin."""
        super().connection_made(transport)
        if len(self._door.there) >= self._door.connections:
            transport.write(FULL)
            transport.close()
            return
        self._door.there.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """End."""
        self._door.there.discard(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take in bytes."""
        if self.transport.is_closing():
            return
        super().data_received(data)
        self.received += len(data)
        if self._in_header and self.received > self._door.header:
            self.transport.write(LONG)
            self.transport.close()

    def on_message_begin(self) -> None:
        """Note that a request begins."""
        super().on_message_begin()
        self._began = self.loop.time()
        self._whole = False
        self._in_header = True
        self.received = 0

    def on_headers_complete(self) -> None:
        """Note that its header is there."""
        super().on_headers_complete()
        self._in_header = False
        if self._door.closing:
            self.end_with_response()

    def on_message_complete(self) -> None:
        """Note that it is there whole."""
        super().on_message_complete()
        self._whole = True

    def end_with_response(self) -> None:
        """Say `connection: close` in the response to a request that is not answered yet."""
        if self.cycle is not None and not self.cycle.response_complete:
            self.cycle.keep_alive = False

    def cut_off(self, now: float) -> None:
        """Close the connection where its request should have arrived by now.

        Args:
            now: Time of the loop.
        """
        # idle time between two requests is uvicorn's to watch
        if not self._whole and now - self._began > self._door.reading + self.received / SLOWEST:
            self.transport.abort()
