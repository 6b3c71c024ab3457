"""A fake service, its app, a way to ask the app without a network, and a real server on a free loopback port."""

import asyncio
import json
import threading
from dataclasses import dataclass, field

import numpy as np
import pytest
import uvicorn

from netwright.serving.app import build_app
from netwright.serving.fake_service import fake_service
from netwright.serving.settings import Settings

JSON = {"content-type": "application/json"}


@dataclass
class Reply:
    status: int
    headers: dict[str, str]
    body: bytes
    json: object = field(init=False)

    def __post_init__(self):
        self.json = json.loads(self.body) if self.headers["content-type"] == "application/json" else None


@pytest.fixture
def service():
    fake = fake_service()
    fake.ready = True
    return fake


@pytest.fixture
def app(service):
    return build_app(service, Settings())


@pytest.fixture
def ask():
    """Return what asks an app: by ASGI messages, one for each chunk of the body."""
    return _ask


@pytest.fixture
def image_request():
    """Return a request with one image of 4 x 4 and its pixels."""
    pixels = np.arange(16, dtype=np.uint8)
    tensor = {"name": "image", "shape": [1, 1, 4, 4], "datatype": "UINT8", "data": pixels.tolist()}
    return {"inputs": [tensor]}, pixels.reshape(1, 1, 4, 4)


@pytest.fixture
def live():
    """Return what serves an app on a free loopback port until the test ends: its address comes back."""
    servers = []

    def serve(app):
        config = uvicorn.Config(app, port=0, log_level="critical", lifespan="on", ws="none")
        server = uvicorn.Server(config)
        started = threading.Event()
        thread = threading.Thread(target=lambda: asyncio.run(_run(server, started)))
        thread.start()
        servers.append((server, thread))
        assert started.wait(20)
        return f"127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"

    yield serve
    for server, thread in servers:
        server.should_exit = True
        thread.join(20)
        assert not thread.is_alive()


async def _run(server, started):
    serving = asyncio.create_task(server.serve())
    while not server.started and not serving.done():
        await asyncio.sleep(0)
    started.set()
    await serving


def _ask(app, method, path, body=None, headers=None, chunks=None):
    if isinstance(body, dict | list):
        body, headers = json.dumps(body).encode(), {**JSON, **(headers or {})}
    return asyncio.run(talk(app, method, path, [body or b""] if chunks is None else chunks, headers or {}))


async def talk(app, method, path, chunks, headers, receive=None):
    sent = []
    waiting = [
        {"type": "http.request", "body": piece, "more_body": place + 1 < len(chunks)}
        for place, piece in enumerate(chunks)
    ]
    waiting.append({"type": "http.disconnect"})

    async def next_chunk():
        return waiting.pop(0)

    async def send(message):
        sent.append(message)

    raw = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
    scope = {"type": "http", "method": method, "path": path, "root_path": "", "headers": raw}
    await app(scope, receive or next_chunk, send)
    if not sent:
        return None
    start, content = sent
    told = {name.decode("latin-1"): value.decode("latin-1") for name, value in start["headers"]}
    assert len(content["body"]) == int(told["content-length"]) or method == "HEAD"
    return Reply(start["status"], told, content["body"])
