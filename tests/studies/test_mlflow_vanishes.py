"""An MLflow server that goes away in the middle of a study: nothing measured is lost, and the user is told."""

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from netwright.machine.progress import Silent
from netwright.records.trial import Outcome
from netwright.studies.choose import choose
from netwright.studies.executors import LocalExecutor
from netwright.studies.trial_job import trials_of
from netwright.tracking.ledger import read_results

from .conftest import candidate, scenario_of

RUNS_BEFORE_THE_END = 2


class Loud(Silent):
    """Keeps what is said."""

    def __init__(self):
        self.lines = []

    def say(self, line):
        self.lines.append(line)


class Handler(BaseHTTPRequestHandler):
    """As much of MLflow's REST interface as writing a run needs."""

    def do_GET(self):
        self._answer(404, {"error_code": "RESOURCE_DOES_NOT_EXIST", "message": "no such experiment"})

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        call = self.path.rpartition("mlflow/")[2]
        if call == "runs/create":
            self.server.runs += 1
            if self.server.runs > RUNS_BEFORE_THE_END:
                # it dies while it is asked: no answer, and nobody listens any more
                self.server.socket.close()
                self.close_connection = True
                return
        info = {"run_id": "r", "run_uuid": "r", "experiment_id": "1", "status": "RUNNING", "artifact_uri": "file:///x"}
        answers = {
            "experiments/create": {"experiment_id": "1"},
            "runs/search": {"runs": []},
            "runs/create": {"run": {"info": info, "data": {}}},
            "runs/update": {"run_info": info},
        }
        self._answer(200, answers.get(call, {}))

    def _answer(self, status, content):
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def server():
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        running.runs = 0
        thread = Thread(target=running.serve_forever, daemon=True)
        thread.start()
        yield running
        running.shutdown()


def test_nothing_measured_is_lost(server, tmp_path, monkeypatch):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    scenario, loud = scenario_of(candidate("net", "mlp", hidden=[16])), Loud()
    decision = choose(scenario, out=tmp_path, executor=LocalExecutor(workers=2), progress=loud)
    assert server.runs > RUNS_BEFORE_THE_END
    results = read_results(tmp_path)
    assert set(results) == {trial.id for trial in trials_of(scenario)}
    assert {result.outcome for result in results.values()} == {Outcome.OK}
    assert decision.chosen == "net"
    assert any("did not take" in line and "the ledger has them all" in line for line in loud.lines)
