"""`netwright monitor` as a user meets it."""

import json
import os
import signal
import subprocess
import sys
import urllib.request

import numpy as np
import pytest
import typer
from typer.testing import CliRunner

from netwright.cli.monitor import ALARM_ON, monitor
from netwright.monitoring.event import Event, Label
from netwright.monitoring.store import Store, telemetry_of
from netwright.records.errors import InputError, StorageError
from netwright.records.monitor import MonitorState

app = typer.Typer()
app.command("monitor")(monitor)
app.command("none")(lambda: None)


def run(*arguments):
    return CliRunner().invoke(app, ["monitor", *map(str, arguments)])


@pytest.fixture
def telemetry(tiny_package, tmp_path):
    """A service's telemetry, of samples as the reference has them, or shifted far away."""

    def fill(shift=0.0, n=400):
        path = tmp_path / "t.db"
        rng = np.random.default_rng(0)
        features = tiny_package.reference.features
        centres = [np.array(one.centres) for one in features]
        shares = [np.array(one.counts[:-1]) / max(sum(one.counts[:-1]), 1) for one in features]
        columns = [rng.choice(c, n, p=p / p.sum()) + shift * (one.spread + 1)
                   for c, p, one in zip(centres, shares, features, strict=True)]  # fmt: skip
        numbers = np.stack(columns, axis=1).astype("<f4")
        predicted = rng.choice(len(tiny_package.reference.predicted), n, p=_shares(tiny_package.reference.predicted))
        with Store(path) as store:
            store.append(
                [
                    Event(f"{i}", 1e9 + i, tiny_package.version, "logistic", "main", 200, int(predicted[i]), 0.9, 1e-4,
                          numbers[i].tobytes())
                    for i in range(n)
                ],
                [Label("0", int(predicted[0]), 2e9)],
            )  # fmt: skip
        return path

    return fill


def _shares(counts):
    return np.array(counts) / sum(counts)


def test_the_state_on_the_terminal(tiny_package, telemetry):
    result = run(tiny_package.folder, "--telemetry", telemetry(), "--once")
    assert result.exit_code == 0, result.output
    for text in ("events", "400", "drift", "none", "1 labelled", "holds"):
        assert text in result.stdout


def test_an_alarm_is_exit_code_3_until_it_is_acknowledged(tiny_package, telemetry):
    path = telemetry(shift=5.0)
    result = run(tiny_package.folder, "--telemetry", path, "--once", "--json")
    assert result.exit_code == ALARM_ON == 3
    state = MonitorState.from_json(result.stdout)
    assert state.name == "tiny"
    assert {alarm.key.partition(":")[0] for alarm in state.on} == {"drift"}
    one, all_of_them = (run(tiny_package.folder, "--telemetry", path, "--acknowledge", key)
                        for key in (state.on[0].key, "all"))  # fmt: skip
    assert (one.exit_code, all_of_them.exit_code) == (ALARM_ON if len(state.on) > 1 else 0, 0)
    assert run(tiny_package.folder, "--telemetry", path, "--once").exit_code == 0
    wrong = run(tiny_package.folder, "--telemetry", path, "--acknowledge", "drift:nothing")
    assert isinstance(wrong.exception, InputError)


def test_telemetry_that_is_not_there_is_told_and_not_made(tiny_package, tmp_path):
    result = run(tiny_package.folder, "--telemetry", tmp_path / "no.db", "--once")
    assert isinstance(result.exception, StorageError)
    assert "netwright serve" in str(result.exception)
    assert list(tmp_path.iterdir()) == []
    beside = run(tiny_package.folder, "--once")
    assert str(telemetry_of(tiny_package.folder)) in str(beside.exception)


def test_a_folder_that_is_no_package_is_told(tmp_path):
    assert "is no package" in str(run(tmp_path, "--once").exception)


def test_the_live_page_is_served_until_ctrl_c(tiny_package, telemetry):
    program = "import sys, typer; from netwright.cli.monitor import monitor; typer.run(monitor)"
    command = [sys.executable, "-c", program, str(tiny_package.folder), "--telemetry", str(telemetry()), "--port", "0"]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    ) as service:  # fmt: skip
        try:
            line = service.stdout.readline()
            address = next(word for word in line.split() if word.startswith("http://127.0.0.1:"))
            with urllib.request.urlopen(address, timeout=60) as answer:
                assert "The decision stands" in answer.read().decode()
            with urllib.request.urlopen(f"{address}state.json", timeout=60) as answer:
                assert json.load(answer)["events"] == 400
            service.send_signal(signal.SIGINT)
            _, told = service.communicate(timeout=60)
        finally:
            service.kill()
    assert service.returncode == 0, told
    assert "ended" in told
