"""What one replica says of its health, without Ray."""

import asyncio

import pytest

from netwright.records.errors import InputError, PackageError
from netwright.serving import ray_service
from netwright.serving.ray_replica import own_telemetry, status_of
from netwright.serving.ray_service import RayPlace, deploy
from netwright.serving.settings import Settings


@pytest.mark.parametrize("status", [200, 503])
def test_the_status_of_an_app_is_what_its_response_says(status):
    asked = []

    async def app(scope, receive, send):
        asked.append((scope["method"], scope["path"], await receive()))
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    assert asyncio.run(status_of(app, "/readyz")) == status
    assert asked == [("GET", "/readyz", {"type": "http.request", "body": b"", "more_body": False})]


def test_an_app_that_says_nothing_is_not_well():
    async def app(scope, receive, send):
        return

    assert asyncio.run(status_of(app, "/readyz")) == 0


def test_no_telemetry_stays_none():
    assert own_telemetry(None, "x") is None


def test_what_is_no_package_is_told_before_the_cluster_is_asked(tmp_path):
    pytest.importorskip("ray")
    with pytest.raises(PackageError, match="netwright ship"):
        deploy(tmp_path, Settings(), RayPlace("127.0.0.1:1"))


def test_a_cluster_that_does_not_answer_is_told(tmp_path, monkeypatch):
    ray = pytest.importorskip("ray")

    def init(*_, **__):
        raise ConnectionError("Ray is trying to start at 127.0.0.1:1\nmore")

    monkeypatch.setattr(ray, "init", init)
    with pytest.raises(InputError, match=r"no Ray cluster answers at 127.0.0.1:1: Ray is trying .*write local"):
        ray_service._connect("127.0.0.1:1")
