"""Whatever is sent to the app, it answers, and never with a failure of its own."""

import asyncio
import json
from contextlib import suppress

from hypothesis import example, given, settings
from hypothesis import strategies as st

from netwright.serving.app import build_app
from netwright.serving.fake_service import fake_service
from netwright.serving.settings import Settings

SERVICE = fake_service()
SERVICE.ready = True
APP = build_app(SERVICE, Settings(body=4096))
VALID = {"inputs": [{"name": "image", "shape": [1, 1, 4, 4], "datatype": "UINT8", "data": list(range(16))}]}
PATHS = ["/", "/v2", "/v2/models/fake", "/v2/models/fake/infer", "/labels", "/metrics", "/openapi.json", "/readyz"]
HEADERS = [b"content-type", b"content-length", b"content-encoding", b"inference-header-content-length", b"traceparent",
           b"x-request-id", b"authorization", b"transfer-encoding"]  # fmt: skip


def _statuses(method, path, headers, chunks):
    sent = []
    waiting = [{"type": "http.request", "body": piece, "more_body": True} for piece in chunks]
    waiting.append({"type": "http.request", "body": b"", "more_body": False})

    async def receive():
        return waiting.pop(0)

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "method": method, "path": path, "headers": headers}
    asyncio.run(APP(scope, receive, send))
    start, content = sent
    if start["status"] >= 400 and method != "HEAD":
        assert list(json.loads(content["body"])) == ["error"]
    return start["status"]


@given(
    method=st.sampled_from(["GET", "POST", "HEAD", "OPTIONS", "TRACE", "", "\x00"]),
    path=st.sampled_from(PATHS) | st.text(max_size=20).map(lambda text: "/" + text),
    headers=st.lists(st.tuples(st.sampled_from(HEADERS), st.binary(max_size=30)), max_size=4),
    chunks=st.lists(st.binary(max_size=2000), max_size=4),
)
@example("GET", "/v2/models/\udcff\n", [], [])
def test_any_request_is_answered(method, path, headers, chunks):
    assert _statuses(method, path, headers, chunks) < 500


@settings(max_examples=300)
@given(st.data())
def test_a_request_with_some_bytes_changed_is_answered(data):
    body = bytearray(json.dumps(VALID).encode())
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(body) - 1))
        body[place : place + data.draw(st.integers(0, 2))] = data.draw(st.binary(max_size=3))
    length = data.draw(st.none() | st.integers(0, len(body) + 2))
    headers = [] if length is None else [(b"inference-header-content-length", str(length).encode())]
    status = _statuses("POST", "/v2/models/fake/infer", headers, [bytes(body)])
    assert status in {200, 400}
    with suppress(ValueError):
        # what is no JSON as a whole was refused
        json.loads(bytes(body))
        return
    assert status == 400 or length is not None
