"""Clients that send slowly, endlessly, or are too many; others are answered all the while."""

import asyncio

import pytest

from netwright.serving.server import uvicorn_server
from netwright.serving.server_connection import Door
from netwright.serving.server_listener import bound

WHOLE = b"GET / HTTP/1.1\r\nhost: it\r\n\r\n"
LIMIT = 60.0


class Echo:
    """Answers with the number of bytes that it was sent."""

    async def __call__(self, scope, receive, send):
        size, more = 0, True
        while more:
            message = await receive()
            size += len(message.get("body", b""))
            more = message.get("more_body", False)
        body = str(size).encode()
        headers = [(b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def start(self):
        """Nothing."""

    def drain(self):
        """Nothing."""

    async def stop(self, limit):
        """Nothing."""


@pytest.fixture
def served():
    """Runs a function of a server's door, and of a function that opens a connection to it."""

    def run(door, function):
        async def whole():
            with bound("127.0.0.1", 0) as listener:
                server = uvicorn_server(Echo(), door)
                await server.startup(sockets=[listener])
                watching = asyncio.create_task(door.watch())
                opened = []

                async def connect():
                    opened.append(await asyncio.open_connection(*listener.getsockname()))
                    return opened[-1]

                try:
                    async with asyncio.timeout(LIMIT):
                        return await function(connect)
                finally:
                    for _, writer in opened:
                        writer.close()
                    watching.cancel()
                    await server.shutdown(sockets=[listener])

        return asyncio.run(whole())

    return run


async def head(reader):
    return await reader.readuntil(b"\r\n\r\n")


async def end(reader):
    """Return what comes until the connection is closed."""
    try:
        return await reader.read()
    except ConnectionError:
        return b""


SLOW = [b"GET", b"GET / HTTP/1.1\r\nhost: it\r\nx: ", b"POST / HTTP/1.1\r\nhost: it\r\ncontent-length: 9\r\n\r\nab"]


# a connection that rests between two requests is no slow client, so that nothing is sent on new ones only
@pytest.mark.parametrize(
    ("before", "sent"), [(b"", b""), *((before, sent) for before in (b"", WHOLE) for sent in SLOW)]
)
def test_a_request_that_does_not_arrive_in_time_is_cut_off(served, before, sent):
    async def ask(connect):
        reader, writer = await connect()
        if before:
            writer.write(before)
            assert b" 200 " in await head(reader)
            await reader.readexactly(1)
        writer.write(sent)
        assert await end(reader) == b""

    served(Door(reading=0.1), ask)


def test_a_rest_between_two_requests_is_no_reason_to_cut_off(served):
    door = Door(reading=1000.0)

    async def ask(connect):
        reader, writer = await connect()
        for _ in range(2):
            writer.write(WHOLE)
            assert b" 200 " in await head(reader)
            await reader.readexactly(1)
            for connection in door.there:
                connection.cut_off(now=float("inf"))

    served(door, ask)


def test_a_long_body_may_take_longer_than_a_short_one(served):
    door = Door(reading=1000.0)

    async def ask(connect):
        reader, writer = await connect()
        opened = asyncio.get_running_loop().time()
        writer.write(b"POST / HTTP/1.1\r\nhost: it\r\ncontent-length: 90000\r\n\r\n" + b"a" * 50_000)
        while not any(connection.received > 50_000 for connection in door.there):
            await asyncio.sleep(0.001)
        (connection,) = door.there
        # 50 kB at 10 kB/s are 5 s more
        connection.cut_off(opened + 1004)
        writer.write(b"a" * 40_000)
        assert b" 200 " in await head(reader)
        assert await reader.readexactly(5) == b"90000"
        writer.write(b"POST / HTTP/1.1\r\nhost: it\r\ncontent-length: 90000\r\n\r\n" + b"a" * 50_000)
        while connection.received < 50_000 or connection.received > 60_000:
            await asyncio.sleep(0.001)
        connection.cut_off(asyncio.get_running_loop().time() + 1006)
        assert await end(reader) == b""

    served(door, ask)


@pytest.mark.parametrize("line", [b"x: ", b"GET /"], ids=["header", "url"])
def test_a_header_without_end_is_refused(served, line):
    async def ask(connect):
        reader, writer = await connect()
        writer.write(b"GET / HTTP/1.1\r\nhost: it\r\n" + line if line == b"x: " else line)
        for _ in range(5):
            writer.write(b"a" * 1000)
        return await end(reader)

    assert served(Door(header=2000), ask).startswith(b"HTTP/1.1 431 ")


def test_a_large_body_is_no_header(served):
    async def ask(connect):
        reader, writer = await connect()
        for _ in range(2):
            writer.write(b"POST / HTTP/1.1\r\nhost: it\r\ncontent-length: 50000\r\n\r\n" + b"a" * 50_000)
            assert b" 200 " in await head(reader)
            assert await reader.readexactly(5) == b"50000"

    served(Door(header=2000), ask)


def test_one_connection_too_many_is_told_and_the_others_go_on(served):
    async def ask(connect):
        first = [await connect() for _ in range(2)]
        for reader, writer in first:
            writer.write(WHOLE)
            assert b" 200 " in await head(reader)
        reader, _ = await connect()
        assert (await end(reader)).startswith(b"HTTP/1.1 503 ")
        reader, writer = first[0]
        await reader.readexactly(1)
        writer.write(WHOLE)
        assert b" 200 " in await head(reader)
        await reader.readexactly(1)
        # a place that was given up is free
        writer.close()
        await writer.wait_closed()
        while True:
            reader, writer = await connect()
            writer.write(WHOLE)
            if b" 200 " in await head(reader):
                return

    served(Door(connections=2), ask)


def test_a_door_that_closes_ends_each_connection_with_its_next_response(served):
    door = Door()

    async def ask(connect):
        reader, writer = await connect()
        writer.write(WHOLE)
        assert b"connection: close" not in await head(reader)
        await reader.readexactly(1)
        door.close()
        writer.write(WHOLE)
        assert b"connection: close" in await head(reader)
        assert await end(reader) == b"0"

    served(door, ask)


def test_what_is_no_http_is_told_so(served):
    async def ask(connect):
        reader, writer = await connect()
        writer.write(b"\x16\x03\x01 no http\r\n\r\n")
        return await end(reader)

    assert served(Door(), ask).startswith(b"HTTP/1.1 400 ")
