"""The app, asked by ASGI messages: what it answers, and what it says to those who ask it wrongly."""

import asyncio
import json
import logging

import numpy as np
import pytest

from netwright.records.errors import RequestError
from netwright.serving.app import build_app
from netwright.serving.protocol.softmax import softmax
from netwright.serving.settings import Settings

INFER = "/v2/models/fake/infer"


@pytest.mark.parametrize("path", [INFER, "/v2/models/fake/versions/1/infer", f"{INFER}/"])
def test_an_image_is_answered(ask, app, service, image_request, path):
    request, pixels = image_request
    reply = ask(app, "POST", path, {**request, "id": "mine"})
    logits = service.form.inputs({"image": pixels}).reshape(1, -1) @ service.weights
    label, probabilities = reply.json["outputs"]
    assert (reply.status, reply.json["id"], reply.json["model_name"]) == (200, "mine", "fake")
    assert label["data"] == [service.manifest.classes[int(logits.argmax())]]
    np.testing.assert_allclose(probabilities["data"], softmax(logits)[0], rtol=1e-6)


def test_a_key_and_a_timeout_reach_the_service(ask, app, service, image_request):
    request, _ = image_request
    ask(app, "POST", INFER, {**request, "id": "a", "parameters": {"key": "ann", "timeout": 5_000_000}})
    ask(app, "POST", INFER, {**request, "id": "b"})
    (first, key, soon), (second, same, late) = service.seen
    assert (first, key, second, same) == ("a", "ann", "b", "b")
    assert late - soon == pytest.approx(Settings().deadline - 5.0, abs=2.0)


def test_a_request_has_an_id_from_its_header_its_trace_or_made(ask, app, service, image_request):
    request, _ = image_request
    trace = "0af7651916cd43dd8448eb211c80319c"
    assert ask(app, "POST", INFER, request, {"x-request-id": "theirs"}).json["id"] == "theirs"
    traced = ask(app, "POST", INFER, request, {"traceparent": f"00-{trace}-b7ad6b7169203331-01"})
    version, same, span, flags = traced.headers["traceparent"].split("-")
    assert (version, same, flags) == ("00", trace, "01")
    assert span != "b7ad6b7169203331"
    assert traced.json["id"] == f"{trace}-{span}"
    made = {ask(app, "POST", INFER, request).json["id"] for _ in range(20)}
    assert len(made) == 20
    assert [name for name, _, _ in service.seen[:1]] == ["theirs"]


@pytest.mark.parametrize(
    "given",
    [
        "00-" + "0" * 32 + "-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-" + "0" * 16 + "-01",
        "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
        "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
        "nonsense",
        "\xff\r\nx: y",
    ],
)
def test_a_broken_trace_is_ignored(ask, app, image_request, given):
    reply = ask(app, "POST", INFER, image_request[0], {"traceparent": given, "x-request-id": "a b"})
    assert reply.status == 200
    assert "traceparent" not in reply.headers
    assert len(reply.json["id"]) == 16


@pytest.mark.parametrize(
    ("method", "path", "status", "said"),
    [
        ("POST", "/v2/models/fakes/infer", 404, "this service has 'fake'"),
        ("GET", "/v2/models/", 404, "endpoints are listed"),
        ("GET", "/v2/models/fake/versions/2/ready", 404, "no version '2' of 'fake'; this service has '1'"),
        ("GET", "/v2/models/fake/nothing", 404, "endpoints are listed"),
        ("GET", "/favicon.ico", 404, "endpoints are listed"),
        ("GET", INFER, 405, "use POST"),
        ("DELETE", "/v2", 405, "use GET, HEAD"),
    ],
)
def test_a_path_that_leads_nowhere_says_what_there_is(ask, app, method, path, status, said):
    reply = ask(app, method, path)
    assert reply.status == status
    assert said in reply.json["error"]
    assert ("allow" in reply.headers) == (status == 405)


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"{", {"content-type": "application/json"}, 400),
        (b"", {}, 400),
        (b"\xff\xfe", {}, 400),
        (b"{}", {"content-type": "text/csv"}, 415),
        (b"{}", {"content-type": ""}, 415),
        (b"{}", {"content-type": "application/json; charset=utf-16"}, 415),
        (b"{}", {"content-type": "application/x-www-form-urlencoded"}, 415),
        (b"{}", {"content-encoding": "gzip"}, 415),
        (b"{}", {"inference-header-content-length": "-1"}, 400),
        (b"{}", {"inference-header-content-length": "1_0"}, 400),
        (b"{}", {"inference-header-content-length": "9" * 5000}, 400),
        (b"{}", {"inference-header-content-length": "3"}, 400),
    ],
)
def test_a_body_that_is_none_is_refused(ask, app, body, headers, status):
    reply = ask(app, "POST", INFER, body, headers)
    assert reply.status == status
    assert reply.json["error"]


@pytest.mark.parametrize("media", ["application/json; charset=UTF-8", "application/octet-stream", None])
def test_other_ways_to_say_json_are_understood(ask, app, image_request, media):
    body = json.dumps(image_request[0]).encode()
    headers = {} if media is None else {"content-type": media}
    assert ask(app, "POST", INFER, body, headers).status == 200
    assert ask(app, "POST", INFER, body, {**headers, "inference-header-content-length": str(len(body))}).status == 200


def test_the_form_refuses_what_the_protocol_lets_through(ask, app):
    tensor = {"name": "image", "shape": [1, 1, 2, 8], "datatype": "UINT8", "data": [0] * 16}
    reply = ask(app, "POST", INFER, {"inputs": [tensor]})
    assert reply.status == 400
    assert "[-1, 1, 4, 4]" in reply.json["error"]
    assert "missing" in ask(app, "POST", INFER, {"inputs": []}).json["error"]


@pytest.mark.parametrize(("status", "after", "told"), [(429, 0.3, "1"), (503, 7.2, "8"), (504, None, None)])
def test_a_refusal_of_the_service_is_told(ask, app, service, image_request, status, after, told):
    service.failure = RequestError(status, "not now", after)
    reply = ask(app, "POST", INFER, image_request[0])
    assert (reply.status, reply.json, reply.headers.get("retry-after")) == (status, {"error": "not now"}, told)


def test_a_full_queue_refuses_before_the_body_is_read(app, service):
    service.retry_after = 0.5
    sent = []

    async def receive():
        raise AssertionError("the body was read")

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": INFER, "headers": [(b"content-length", b"100")]}
    asyncio.run(app(scope, receive, send))
    assert sent[0]["status"] == 429
    assert (b"retry-after", b"1") in sent[0]["headers"]


def test_what_nobody_expected_is_logged_and_not_shown(ask, app, service, image_request, caplog, monkeypatch):
    def fail(*given):
        raise ZeroDivisionError("secret")

    monkeypatch.setattr(type(service), "full", fail)
    with caplog.at_level(logging.ERROR):
        reply = ask(app, "POST", INFER, image_request[0], {"x-request-id": "theirs"})
    assert reply.status == 500
    assert "secret" not in reply.json["error"]
    incident = reply.json["error"].split("incident ")[1].split()[0]
    (record,) = caplog.records
    assert incident in record.getMessage()
    assert "theirs" in record.getMessage()
    assert record.exc_info[0] is ZeroDivisionError


def test_nan_of_a_model_is_an_error_and_no_answer(ask, app, service, image_request, caplog):
    service.weights[:] = np.nan
    reply = ask(app, "POST", INFER, image_request[0])
    assert reply.status == 500
    assert reply.json["error"] in caplog.text


def test_a_message_never_quotes_a_whole_body(ask, app):
    reply = ask(app, "POST", INFER, {"x" * 10**6: 1})
    assert reply.status == 400
    assert len(reply.body) < 5000


def test_labels_are_taken(ask, app, service):
    told = [{"id": "a", "label": "bag"}, {"id": "b/1", "label": 2, "source": "outcome"}]
    reply = ask(app, "POST", "/labels", told)
    assert (reply.status, reply.json) == (202, {"accepted": 2})
    assert [(one.id, one.label, one.source) for one in service.labels] == [("a", 1, "person"), ("b/1", 2, "outcome")]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ([{"id": "a", "label": "bags"}], "Did you mean bag"),
        ([{"id": "a", "label": 3}], "Give 0 to 2"),
        ([{"id": "a", "label": -1}], "Give 0 to 2"),
        ([{"id": "a", "label": 10**30}], "Give 0 to 2"),
        ([{"id": "a", "label": True}], "label"),
        ([{"id": "", "label": 1}], "id"),
        ([{"id": "a", "label": 1, "source": "me"}], "source"),
        ([], "length"),
        ({"id": "a", "label": 1}, "array"),
    ],
)
def test_labels_that_are_none_are_refused_whole(ask, app, service, body, said):
    reply = ask(app, "POST", "/labels", body if isinstance(body, list) else [body][0])
    assert reply.status == 400
    assert said in reply.json["error"]
    assert service.labels == []


def test_labels_need_to_say_that_they_are_json(ask, app):
    assert ask(app, "POST", "/labels", b'[{"id": "a", "label": 1}]').status == 415


def test_the_server_and_the_model_describe_themselves(ask, app, service):
    server, model = ask(app, "GET", "/v2/").json, ask(app, "GET", "/v2/models/fake").json
    assert (server["name"], server["extensions"]) == ("netwright", ["binary_tensor_data"])
    assert model["inputs"] == [{"name": "image", "datatype": "UINT8", "shape": [-1, 1, 4, 4]}]
    assert {"name": "probabilities", "datatype": "FP32", "shape": [-1, 3]} in model["outputs"]
    assert model["versions"] == ["1"]


@pytest.mark.parametrize("path", ["/readyz", "/v2/health/ready", "/v2/models/fake/ready"])
def test_readiness_is_the_truth(ask, app, service, path):
    assert (ask(app, "GET", path).status, ask(app, "GET", path).json["ready"]) == (200, True)
    service.ready = False
    assert (ask(app, "GET", path).status, ask(app, "GET", path).json["ready"]) == (503, False)
    service.ready = True
    app.drain()
    reply = ask(app, "GET", path)
    assert (reply.status, reply.headers["connection"]) == (503, "close")
    assert ask(app, "GET", "/livez").json == {"live": True}


def test_head_says_the_length_and_sends_nothing(ask, app):
    reply, whole = ask(app, "HEAD", "/metrics"), ask(app, "GET", "/")
    assert (reply.status, reply.body) == (200, b"")
    assert int(reply.headers["content-length"]) > 0
    assert b"fake" in whole.body


def test_the_page_shows_names_as_they_are(ask, service):
    service.manifest = service.manifest.model_copy(update={"name": "<script>", "classes": ("a&b",) * 30})
    page = ask(build_app(service, Settings()), "GET", "/")
    assert b"<script>" not in page.body
    assert b"&lt;script&gt;" in page.body
    assert "default-src 'none'" in page.headers["content-security-policy"]


def test_a_prefix_that_a_proxy_put_before_is_no_part_of_the_path(app):
    sent = []

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": "/models/v2", "root_path": "/models", "headers": []}
    asyncio.run(app(scope, None, send))
    assert sent[0]["status"] == 200
