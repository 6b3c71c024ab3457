"""A service put together from packages: which model answers, and what is kept of it."""

import asyncio
import json
import shutil
import sqlite3
from contextlib import asynccontextmanager
from dataclasses import replace

import psutil
import pytest

from netwright.records.errors import PackageError
from netwright.serving.build import Beside, beside_package, build_service_app
from netwright.serving.checks import read_checks
from netwright.serving.engines.open import GIVES_WAY
from netwright.serving.package import MANIFEST, open_package
from netwright.serving.settings import Settings

SETTINGS = Settings(port=0, heartbeat=0.2)
APART = replace(SETTINGS, inline_below=0.0)


@asynccontextmanager
async def started(app):
    await app.start()
    try:
        yield app
    finally:
        await app.stop(5.0)


async def ask(app, path, content):
    """Send one request to an ASGI app; return the status and what it says."""
    body, sent = json.dumps(content).encode(), []
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    scope = {"type": "http", "method": "POST", "path": path, "headers": headers, "query_string": b"", "root_path": ""}

    async def receive():
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message):
        sent.append(message)

    await app(scope, receive, send)
    return sent[0]["status"], json.loads(b"".join(message.get("body", b"") for message in sent))


@pytest.fixture
def request_body(tiny_package):
    image = tiny_package.form.tensors(read_checks(tiny_package).inputs[:1])["image"]
    tensor = {"name": "image", "datatype": "UINT8", "shape": list(image.shape), "data": image.ravel().tolist()}
    return {"inputs": [tensor]}


@pytest.fixture
def copy(tiny_package, tmp_path):
    """The same package under another version."""
    folder = shutil.copytree(tiny_package.folder, tmp_path / "copy")
    (folder / MANIFEST).write_bytes((folder / MANIFEST).read_bytes() + b"\n")
    return open_package(folder)


def children_at_work():
    # the study before left the server of its forks
    children = psutil.Process().children(recursive=True)
    return [child for child in children if "worker_process" in " ".join(child.cmdline())]


async def answered(app, body, **more):
    status, told = await ask(app, "/v2/models/tiny/infer", {**body, **more})
    assert status == 200, told
    return told["parameters"]


def test_the_chosen_model_answers(tiny_package, request_body):
    async def run():
        async with started(build_service_app(tiny_package.folder, SETTINGS)) as app:
            return await answered(app, request_body)

    assert asyncio.run(run()) == {"model": "logistic", "route": "main", "version": tiny_package.version}


def test_a_killed_worker_costs_no_answer(tiny_package, request_body):
    async def run():
        async with started(build_service_app(tiny_package.folder, APART)) as app:
            before = await answered(app, request_body)
            workers = children_at_work()
            assert len(workers) == 2
            main = min(workers, key=lambda worker: worker.create_time())
            routes = [before["route"]]
            main.kill()
            routes += [(await answered(app, request_body))["route"] for _ in range(50)]
        _, alive = psutil.wait_procs(workers, timeout=10)
        return routes, alive

    routes, alive = asyncio.run(run())
    assert routes[0] == "main"
    assert set(routes) <= {"main", "fallback"}
    assert alive == []


def test_a_canary_answers_its_share_of_the_keys(tiny_package, copy, request_body):
    async def run(share):
        beside = Beside(canary=copy.folder, share=share)
        async with started(build_service_app(tiny_package.folder, SETTINGS, beside)) as app:
            return [await answered(app, request_body, id=f"request {i}") for i in range(40)]

    all_of_it, none_of_it, some = (asyncio.run(run(share)) for share in (1.0, 0.0, 0.5))
    assert {told["version"] for told in all_of_it} == {copy.version}
    assert {told["route"] for told in none_of_it} == {"main"}
    assert {told["route"] for told in some} == {"main", "canary"}


def test_a_shadow_sees_copies_and_changes_nothing(tiny_package, copy, request_body, tmp_path):
    settings = replace(SETTINGS, telemetry=tmp_path / "telemetry.sqlite")

    async def run():
        async with started(build_service_app(tiny_package.folder, settings, Beside(shadow=copy.folder))) as app:
            for number in range(400):
                told = await answered(app, request_body, id=f"{number}")
                assert told["route"] == "main"
                if app._service.shadowed.answered:
                    return [child.nice() for child in children_at_work()]
                await asyncio.sleep(0.02)
        return None

    assert asyncio.run(run()) == [GIVES_WAY]
    with sqlite3.connect(tmp_path / "telemetry.sqlite") as database:
        found = dict(database.execute("select route, count(*) from events group by route"))
        versions = database.execute("select distinct version from events where route = 'shadow'").fetchall()
    assert found["main"] >= 1
    assert found["shadow"] >= 1
    assert versions == [(copy.version,)]


def test_a_canary_that_is_asked_other_things_is_refused(tiny_package, tmp_path):
    folder = shutil.copytree(tiny_package.folder, tmp_path / "other")
    manifest = open_package(folder).manifest
    other = manifest.model_copy(update={"classes": tuple(reversed(manifest.classes))})
    (folder / MANIFEST).write_text(other.to_json())
    with pytest.raises(PackageError, match="must take the same requests"):
        build_service_app(tiny_package.folder, SETTINGS, Beside(canary=folder))


def test_a_service_may_be_stopped_twice(tiny_package, copy, tmp_path):
    beside = Beside(canary=copy.folder, shadow=copy.folder)
    settings = replace(SETTINGS, telemetry=tmp_path / "telemetry.sqlite")

    async def run():
        app = build_service_app(tiny_package.folder, settings, beside)
        await app.start()
        await app.stop(0.0)
        await app.stop(0.0)

    asyncio.run(run())


def test_what_stands_beside_a_package_is_not_in_it(tiny_package):
    assert beside_package(tiny_package.folder, "telemetry.sqlite").parent == tiny_package.folder.parent
