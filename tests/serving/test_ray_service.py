"""The service on a real two-node Ray cluster: a replica is killed, one falls ill, and the whole is drained."""

import http.client
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import psutil
import pytest

from netwright.serving.checks import read_checks

QUIET = {"RAY_USAGE_STATS_ENABLED": "0", "RAY_SERVE_PROXY_PREFER_LOCAL_NODE_ROUTING": "0"}
"""One proxy asks both nodes: it would ask the replica of its own node as long as that has room."""
WITHIN = 60.0
"""Seconds for Ray to notice and to act: it starts processes, on a machine that may be shared."""


class Program:
    """The program that holds the cluster and the service."""

    def __init__(self, *arguments):
        self._program = subprocess.Popen(
            [sys.executable, Path(__file__).with_name("ray_two_nodes.py"), *arguments], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
            env=os.environ | QUIET,
        )  # fmt: skip
        told = self._hear()
        self._host, self.first = told["url"].removeprefix("http://"), told["replicas"]

    def replicas(self):
        return self.say("replicas")["replicas"]

    def say(self, line):
        self._program.stdin.write(line + "\n")
        self._program.stdin.flush()
        return self._hear()

    def ask(self, number, path="/"):
        """Return status and answer; status 0 where the connection broke."""
        connection = http.client.HTTPConnection(self._host, timeout=WITHIN)
        try:
            connection.request("POST", path, body=json.dumps(number))
            response = connection.getresponse()
            return response.status, json.loads(response.read())
        except (ConnectionError, http.client.HTTPException, json.JSONDecodeError) as error:
            return 0, {"error": str(error)}
        finally:
            connection.close()

    def ask_many(self, numbers):
        with ThreadPoolExecutor(16) as pool:
            return list(pool.map(self.ask, numbers))

    def processes(self):
        """Return which processes answer now."""
        return {answer["process"] for status, answer in self.ask_many(range(64)) if status == 200}

    def wait_until(self, true):
        deadline = time.monotonic() + WITHIN
        while not true():
            assert time.monotonic() < deadline, "Ray did not act"

    def family(self, title):
        """Return its processes that have a title."""
        every = psutil.Process(self._program.pid).children(recursive=True)
        return [one for one in every if title in " ".join(one.as_dict(["cmdline"])["cmdline"] or [])]

    def shutdown(self):
        with self._program:
            self._program.stdin.close()
            self._program.stdout.read()

    def _hear(self):
        for line in self._program.stdout:
            if line.startswith("TOLD "):
                return json.loads(line.removeprefix("TOLD "))
        pytest.fail("the program ended")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("served") / "package"
    folder.mkdir()
    return folder


@pytest.fixture(scope="module")
def service(folder):
    if find_spec("ray") is None:
        pytest.skip("the extra `cluster` is not installed")
    program = Program(folder)
    yield program
    program.shutdown()


def test_a_replica_on_each_node_answers_and_keeps_its_own_telemetry(service, folder):
    assert service.first == 2
    service.wait_until(lambda: len(service.processes()) == 2)
    told = {answer["process"]: answer["telemetry"] for status, answer in service.ask_many(range(64)) if status == 200}
    assert len(set(told.values())) == len(told) == 2
    assert all(Path(name).parent == folder.parent and Path(name).name.startswith("events-") for name in told.values())


def test_a_killed_replica_loses_at_most_what_it_had_and_comes_back(service):
    service.wait_until(lambda: len(service.processes()) == 2)
    before = service.processes()
    victim = min(before)
    with ThreadPoolExecutor(8) as pool:
        waiting = [pool.submit(service.ask, number) for number in range(100)]
        os.kill(victim, signal.SIGKILL)
        waiting += [pool.submit(service.ask, number) for number in range(100, 400)]
        told = [one.result() for one in waiting]
    wrong = [(number, one) for number, (status, one) in enumerate(told) if status == 200 and one["square"] != number**2]
    lost = [status for status, _ in told if status != 200]
    assert not wrong
    # at most those that were with the process when it died: as many as the threads that ask
    assert len(lost) <= 8
    assert all(status in {0, 500, 503} for status in lost)
    assert service.ask(7)[0] == 200
    service.wait_until(lambda: service.replicas() == 2 and len(service.processes() - {victim}) == 2)


def test_a_replica_that_says_it_is_not_ready_is_replaced(service):
    service.wait_until(lambda: service.replicas() == 2)
    status, answer = service.ask(0, "/unready")
    assert status == 200
    service.wait_until(lambda: not psutil.pid_exists(answer["process"]))
    service.wait_until(lambda: service.replicas() == 2)
    assert service.ask(3)[1]["square"] == 9


def test_a_service_that_is_taken_down_ends_the_lifespan_of_its_apps(service, folder):
    service.wait_until(lambda: len(service.processes()) == 2)
    running = service.processes()
    assert service.say("stop")["replicas"] == 0
    assert running <= {int(path.name.removeprefix("ended-")) for path in folder.glob("ended-*")}
    service.wait_until(lambda: not any(map(psutil.pid_exists, running)))


@pytest.mark.slow
def test_a_real_package_survives_the_death_of_a_replica(tiny_package, tmp_path):
    if find_spec("ray") is None:
        pytest.skip("the extra `cluster` is not installed")
    folder = shutil.copytree(tiny_package.folder, tmp_path / "package")
    checks = read_checks(tiny_package)
    image = tiny_package.form.tensors(checks.inputs[:1])["image"]
    tensor = {"name": "image", "datatype": "UINT8", "shape": list(image.shape), "data": image.ravel().tolist()}
    request = {"inputs": [tensor], "outputs": [{"name": "logits"}]}
    path = f"/v2/models/{tiny_package.manifest.name}/infer"
    program = Program(folder, "package")
    try:
        replicas = program.family("ServeReplica:netwright")
        assert len(replicas) == 2
        with ThreadPoolExecutor(8) as pool:
            waiting = [pool.submit(program.ask, request, path) for _ in range(100)]
            replicas[0].kill()
            waiting += [pool.submit(program.ask, request, path) for _ in range(300)]
            told = [one.result() for one in waiting]
        for status, answer in told:
            if status == 200:
                np.testing.assert_allclose(answer["outputs"][0]["data"], checks.logits["chosen"][0], atol=1e-4)
        assert sum(status != 200 for status, _ in told) <= 8
        program.wait_until(lambda: program.replicas() == 2)
        assert program.ask(request, path)[0] == 200
    finally:
        program.shutdown()
    stores = sorted(tmp_path.glob("events-*.sqlite"))
    assert len(stores) == 3, "one a replica, the one that came later among them"
