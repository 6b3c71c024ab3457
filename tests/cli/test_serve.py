"""`netwright serve`: as a user runs it, and what it says of what cannot be served."""

import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import numpy as np
import pytest
import tritonclient.http as triton
from prometheus_client.parser import text_string_to_metric_families
from typer.testing import CliRunner

from netwright.cli.main import commands
from netwright.machine.progress import Silent
from netwright.monitoring.store import Store
from netwright.records.errors import InputError, NetwrightError, PackageError
from netwright.serving.checks import read_checks
from netwright.serving.engines.open import open_engine
from netwright.studies.ship.ship import ship

COMMAND = [str(Path(sys.executable).with_name("netwright")), "serve"]


class Running:
    """A server that said it is ready."""

    def __init__(self, arguments, env=None):
        told = {**os.environ, **(env or {})}
        self.process = subprocess.Popen(
            [*COMMAND, *map(str, arguments), "--port", "0"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=told,
        )
        line = self.process.stdout.readline()
        assert line.startswith("ready: http://127.0.0.1:"), line + self.process.stderr.read()
        self.url = line.split()[1]

    def ask(self, path, content=None, **headers):
        data = None if content is None else json.dumps(content).encode()
        request = urllib.request.Request(self.url + path, data, {"content-type": "application/json", **headers})
        try:
            with urllib.request.urlopen(request, timeout=30) as response:
                return response.status, response.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read()

    def end(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            _, log = self.process.communicate(timeout=60)
        finally:
            self.process.kill()
        return self.process.returncode, log


@pytest.fixture(scope="module")
def running(tiny_package, tmp_path_factory):
    store = tmp_path_factory.mktemp("kept") / "telemetry.sqlite"
    server = Running([tiny_package.folder, "--telemetry", store, "--keep-inputs", "1"])
    yield server
    code, log = server.end()
    assert code == 0, log
    assert "runs in the process of the service" in log
    assert "logistic is run by onnx: the export is equal on 256 real samples" in log
    events = Store(store).events_after(0, 1000).events
    assert len(events) == 17
    assert {event.model for event in events} == {"logistic"}
    with sqlite3.connect(store) as database:
        assert database.execute("select count(*), min(length(sample)) from events").fetchone() == (17, 64)
        assert database.execute("select id, label, source from labels").fetchall() == [("later", 3, "person")]


@pytest.fixture
def digits(tiny_package):
    return tiny_package.form.tensors(read_checks(tiny_package).inputs)["image"]


def test_the_answers_are_those_of_the_package(running, tiny_package, digits):
    client = triton.InferenceServerClient(running.url.removeprefix("http://"))
    assert client.is_server_ready()
    assert client.is_model_ready("tiny", tiny_package.version)
    given = triton.InferInput("image", list(digits.shape), "UINT8")
    given.set_data_from_numpy(digits)
    wanted = open_engine(tiny_package, "chosen").answer(read_checks(tiny_package).inputs).logits
    result = client.infer("tiny", [given], outputs=[triton.InferRequestedOutput(name) for name in ("label", "logits")])
    assert np.allclose(result.as_numpy("logits"), wanted, atol=1e-5)
    assert [label.decode() for label in result.as_numpy("label")] == [str(k) for k in wanted.argmax(1)]
    client.close()


def test_labels_come_later(running, digits):
    image = {"name": "image", "datatype": "UINT8", "shape": [1, 1, 8, 8], "data": digits[0].ravel().tolist()}
    status, body = running.ask("/v2/models/tiny/infer", {"id": "later", "inputs": [image]})
    assert status == 200, body
    status, body = running.ask("/labels", [{"id": "later", "label": "3"}])
    assert status == 202, body


def test_metrics_are_read_by_prometheus(running):
    status, body = running.ask("/metrics")
    assert status == 200
    families = {family.name: family for family in text_string_to_metric_families(body.decode())}
    assert {"netwright_requests", "netwright_request_seconds", "netwright_ready"} <= set(families)


def test_what_is_wrong_with_a_request_is_said(running):
    image = {"name": "image", "datatype": "UINT8", "shape": [1, 1, 8, 7], "data": [0] * 56}
    for path, content, status, told in (
        ("/v2/models/tiny/infer", {"inputs": [image]}, 400, "shape"),
        ("/v2/models/tiny/infer", {"inputs": []}, 400, "image"),
        ("/v2/models/other/infer", {"inputs": [image]}, 404, "tiny"),
        ("/v2/models/tiny/versions/7/infer", {"inputs": [image]}, 404, "version"),
    ):
        found, body = running.ask(path, content)
        assert found == status, body
        assert told in json.loads(body)["error"]


def test_a_token_is_asked_for(tiny_package):
    server = Running([tiny_package.folder, "--no-telemetry"], {"NETWRIGHT_TOKEN": "open sesame"})
    try:
        assert server.ask("/readyz")[0] == 200
        assert server.ask("/v2/models/tiny")[0] == 401
        assert server.ask("/v2/models/tiny", authorization="Bearer wrong")[0] == 401
        assert server.ask("/v2/models/tiny", authorization="Bearer open sesame")[0] == 200
    finally:
        assert server.end()[0] == 0


def said(*arguments):
    done = CliRunner().invoke(commands, ["serve", *map(str, arguments)])
    assert isinstance(done.exception, NetwrightError), done.output
    return done.exception


def test_what_cannot_be_served_is_bad_input(tiny_package, tmp_path):
    assert isinstance(said(tmp_path), PackageError)
    copy = shutil.copytree(tiny_package.folder, tmp_path / "copy")
    path = copy / "models" / "chosen" / "model.safetensors"
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    assert "was changed or damaged" in str(said(copy))
    assert "models:/NAME/VERSION" in str(said("models:/tiny"))
    assert "set a token" in str(said(tiny_package.folder, "--host", "0.0.0.0"))
    (tmp_path / "tokens").write_text("\n")
    assert "holds no token" in str(said(tiny_package.folder, "--tokens", tmp_path / "tokens"))
    assert "cannot be read" in str(said(tiny_package.folder, "--tokens", tmp_path / "none"))


def test_what_replicas_would_have_to_share_does_not_go_with_ray(tiny_package):
    for option in ("--canary", "--shadow", "--features", "--factory"):
        error = said(tiny_package.folder, "--ray", "local", option, "x")
        assert f"{option} does not go with --ray" in str(error)


def test_a_port_in_use_is_bad_input(tiny_package):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        error = said(tiny_package.folder, "--no-telemetry", "--port", port)
    assert isinstance(error, InputError)
    assert str(port) in str(error)


def test_a_registry_must_be_named(tiny_package, monkeypatch, tmp_path):
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    assert "set MLFLOW_TRACKING_URI" in str(said("models:/tiny@shipped"))
    assert "no mlflow.db" in str(said("models:/tiny@shipped", "--registry", tmp_path))


def test_a_package_is_served_from_the_registry(tiny_study, tmp_path, monkeypatch):
    monkeypatch.setenv("NETWRIGHT_CACHE", str(tmp_path / "cache"))
    shipped = ship(shutil.copytree(tiny_study, tmp_path / "study"), None, Silent())
    server = Running(["models:/tiny@shipped", "--no-telemetry"])
    try:
        status, body = server.ask("/v2/models/tiny")
        assert status == 200
        assert json.loads(body)["versions"] == [shipped.package.version]
    finally:
        assert server.end()[0] == 0
