"""A Ray cluster of two nodes with one CPU each, on this machine, for all tests of this folder."""

import json
import os
import subprocess
import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import psutil
import pytest

HERE = Path(__file__).parent


class TwoNodes:
    """A head that lives as long as the tests, and a node that may be killed."""

    def __init__(self):
        self._program = subprocess.Popen(
            [sys.executable, HERE / "two_nodes.py"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True, env=os.environ | {"RAY_USAGE_STATS_ENABLED": "0"},
        )  # fmt: skip
        self._told = self._hear()

    @property
    def address(self):
        """The head's own address."""
        return self._told["address"]

    @property
    def client(self):
        """The address for programs that are not on a node."""
        return self._told["client"]

    @property
    def mortal(self):
        """The first digits of Ray's id of the node that may be killed."""
        return self._told["mortal"]

    def kill_a_node(self):
        self._told = self._ask("kill")

    def restore(self):
        self._told = self._ask("restore")

    def kill_everything(self):
        for process in psutil.Process(self._program.pid).children(recursive=True):
            if process.name() in {"gcs_server", "raylet"}:
                process.kill()

    def shutdown(self):
        with self._program:
            self._program.stdin.close()
            self._program.stdout.read()

    def _ask(self, line):
        self._program.stdin.write(line + "\n")
        self._program.stdin.flush()
        return self._hear()

    def _hear(self):
        for line in self._program.stdout:
            if line.startswith("TOLD "):
                return json.loads(line.removeprefix("TOLD "))
        pytest.fail("the cluster ended")


@pytest.fixture(scope="session")
def session_cluster():
    if find_spec("ray") is None:
        pytest.skip("the extra `cluster` is not installed")
    nodes = TwoNodes()
    yield nodes
    nodes.shutdown()


@pytest.fixture
def cluster(session_cluster):
    session_cluster.restore()
    return session_cluster


@pytest.fixture
def targets(monkeypatch):
    """The functions that jobs run, importable as a user's own code is."""
    monkeypatch.syspath_prepend(HERE)
    return import_module("node_targets")
