"""Bodies that are too long, too slow, or never end; and how the app comes and goes."""

import asyncio
import http.client
import json
import re
import socket
import subprocess
import sys

import pytest

from netwright.records.errors import InputError
from netwright.serving.app import build_app
from netwright.serving.settings import Settings

INFER = "/v2/models/fake/infer"


@pytest.fixture
def small(service):
    return build_app(service, Settings(body=1000, samples=2))


def test_a_body_that_says_it_is_too_large_is_not_read(small):
    sent = []

    async def receive():
        raise AssertionError("the body was read")

    async def send(message):
        sent.append(message)

    for length in (b"1001", b"9" * 30):
        headers = [(b"content-length", length)]
        scope = {"type": "http", "method": "POST", "path": INFER, "headers": headers}
        asyncio.run(small(scope, receive, send))
    assert [message["status"] for message in sent[::2]] == [413, 413]
    assert [(b"connection", b"close") in message["headers"] for message in sent[::2]] == [False, True]


@pytest.mark.parametrize("chunks", [[b"x" * 1001], [b"x" * 500] * 3, [b"x"] * 2000])
def test_a_body_that_does_not_say_so_is_counted(ask, small, chunks):
    reply = ask(small, "POST", INFER, chunks=chunks, headers={"transfer-encoding": "chunked"})
    assert (reply.status, reply.headers["connection"]) == (413, "close")


def test_a_body_in_pieces_is_put_together(ask, app, image_request):
    body = json.dumps(image_request[0]).encode()
    assert ask(app, "POST", INFER, chunks=[body[place : place + 7] for place in range(0, len(body), 7)]).status == 200


def test_a_client_that_sends_too_much_can_read_why(service, live):
    address = live(build_app(service, Settings(body=2**20)))
    connection = http.client.HTTPConnection(address, timeout=20)
    for _ in range(2):
        connection.request("POST", INFER, b"x" * (3 * 2**20))
        reply = connection.getresponse()
        assert reply.status == 413
        assert b"1048576 bytes" in reply.read()
    connection.close()


def test_too_many_samples_are_refused(ask, small):
    tensor = {"name": "image", "shape": [3, 1, 4, 4], "datatype": "UINT8", "data": [0] * 48}
    assert ask(small, "POST", INFER, {"inputs": [tensor]}).status == 400


@pytest.mark.parametrize("first", [[], [b'{"inputs": ']], ids=["nothing", "a beginning"])
def test_a_body_that_never_comes_is_given_up(service, first):
    app = build_app(service, Settings(deadline=0.01))
    sent, pieces = [], list(first)

    async def receive():
        if pieces:
            return {"type": "http.request", "body": pieces.pop(), "more_body": True}
        return await asyncio.get_running_loop().create_future()

    async def send(message):
        sent.append(message)

    asyncio.run(app({"type": "http", "method": "POST", "path": INFER, "headers": []}, receive, send))
    assert sent[0]["status"] == 408
    assert (b"connection", b"close") in sent[0]["headers"]
    assert app.in_flight == 0


@pytest.mark.parametrize("chunks", [[], [b"{"]])
def test_a_client_that_goes_away_gets_nothing(ask, app, service, chunks):
    disconnected = [{"type": "http.request", "body": piece, "more_body": True} for piece in chunks]
    disconnected.append({"type": "http.disconnect"})
    sent = []

    async def receive():
        return disconnected.pop(0)

    async def send(message):
        sent.append(message)

    asyncio.run(app({"type": "http", "method": "POST", "path": INFER, "headers": []}, receive, send))
    assert sent == []
    assert service.seen == []


def test_the_lifespan_starts_and_stops_the_service(service):
    service.ready = False
    app = build_app(service, Settings())

    async def live():
        inbox, sent = asyncio.Queue(), []
        inbox.put_nowait({"type": "lifespan.startup"})

        async def send(message):
            sent.append(message["type"])
            assert service.ready == message["type"].startswith("lifespan.startup")
            if message["type"] == "lifespan.startup.complete":
                assert app.ready
                inbox.put_nowait({"type": "lifespan.shutdown"})

        await app({"type": "lifespan"}, inbox.get, send)
        return sent

    assert asyncio.run(live()) == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
    assert not app.ready


@pytest.mark.parametrize("step", ["start", "stop"])
def test_a_service_that_cannot_start_or_stop_says_so(service, monkeypatch, step):
    async def fail(*given):
        raise InputError("no such file")

    monkeypatch.setattr(type(service), step, fail)
    app = build_app(service, Settings())
    sent = []

    async def receive():
        return {"type": "lifespan"}

    async def send(message):
        sent.append(message)

    with pytest.raises(InputError):
        asyncio.run(app({"type": "lifespan"}, receive, send))
    assert sent[-1]["type"].endswith("failed")
    assert "no such file" in sent[-1]["message"]


def test_a_websocket_is_turned_away(app):
    sent = []

    async def send(message):
        sent.append(message)

    asyncio.run(app({"type": "websocket", "path": "/"}, None, send))
    assert sent == [{"type": "websocket.close", "code": 1000}]


def test_a_real_server_answers_while_it_drains(service, image_request, live, monkeypatch):
    entered, leave = [], asyncio.Event()
    app = build_app(service, Settings())
    infer = type(service).infer
    loops = []

    async def held(self, *given):
        loops.append(asyncio.get_running_loop())
        entered.append(app.in_flight)
        await leave.wait()
        return await infer(self, *given)

    monkeypatch.setattr(type(service), "infer", held)
    address = live(app)
    host, port = address.split(":")
    body = json.dumps(image_request[0]).encode()
    head = f"POST {INFER} HTTP/1.1\r\nHost: {address}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    with socket.create_connection((host, int(port)), timeout=20) as one:
        one.sendall(head + body)
        while not entered:
            assert _get(address, "/readyz") in {200, 503}
        app.drain()
        assert _get(address, "/readyz") == 503
        assert _get(address, "/livez") == 200
        loops[0].call_soon_threadsafe(leave.set)
        answer = _whole(one)
    assert answer.startswith(b"HTTP/1.1 200")
    assert re.search(rb"(?i)connection: close", answer)


@pytest.mark.parametrize(
    "sent",
    [
        b"POST /v2/models/fake/infer HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 40\r\n\r\n{}",
        b"POST /v2/models/fake/infer HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n{}",
        b"POST /v2/models/fake/infer HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00",
    ],
)
def test_a_real_server_survives_what_is_no_http(app, live, sent):
    address = live(app)
    host, port = address.split(":")
    with socket.create_connection((host, int(port)), timeout=20) as one:
        one.sendall(sent)
        one.shutdown(socket.SHUT_WR)
        answer = _whole(one)
    assert not answer.startswith((b"HTTP/1.1 200", b"HTTP/1.1 500"))
    assert _get(address, "/livez") == 200


def _get(address, path):
    host, port = address.split(":")
    with socket.create_connection((host, int(port)), timeout=20) as one:
        one.sendall(f"GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n".encode())
        return int(_whole(one).split()[1])


def _whole(connection):
    pieces = []
    while piece := connection.recv(65536):
        pieces.append(piece)
    return b"".join(pieces)


def test_a_missing_extra_is_named():
    program = "import sys; sys.modules['msgspec'] = None; import netwright.serving.app"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert 'pip install "netwright[serve]"' in done.stderr


def test_serving_never_imports_torch():
    program = "import sys, netwright.serving.app, netwright.serving.fake_service; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
