"""Jobs on a real two-node Ray cluster: what travels, what comes back, and what becomes of a lost node."""

import json
import socket
import time
from contextlib import closing
from pathlib import Path

import psutil
import pytest

from netwright.machine.isolation import Ended, Job, Note
from netwright.records.errors import InputError, MissingExtraError
from netwright.records.scenario import Limits
from netwright.records.trial import Outcome
from netwright.studies.cluster import executor as module
from netwright.studies.cluster.executor import RayExecutor

from .conftest import TwoNodes


@pytest.fixture(scope="module")
def executor(session_cluster):
    made = RayExecutor(session_cluster.address)
    yield made
    made.close()


def endings(events):
    return {event.job: event for event in events if isinstance(event, Ended)}


def test_jobs_run_on_both_nodes_with_their_notes_and_the_users_own_code(cluster, executor, targets):
    assert (executor.workers, executor.threads) == (2, 1)
    events = list(executor.run([Job(f"j{i}", targets.steps, "3", Limits()) for i in range(4)]))
    for name in ("j0", "j1", "j2", "j3"):
        mine = [event for event in events if event.job == name]
        assert [event.text for event in mine[:-1]] == ["step 0", "step 1", "step 2"]
        assert (mine[-1].outcome, mine[-1].result, mine[-1].moved) == (Outcome.OK, "done", ())
    ended = endings(executor.run([Job(f"w{i}", targets.where, "", Limits()) for i in range(4)]))
    told = [json.loads(event.result) for event in ended.values()]
    assert {Path(place["code"]).parent.suffix for place in told} == {".zip"}
    assert all(place["code"].startswith(place["node"]) for place in told)


def test_limits_and_outcomes_are_those_of_one_machine(cluster, executor, targets):
    jobs = [
        Job("dies", targets.dies, "", Limits()),
        Job("fails", targets.fails, "", Limits()),
        Job("grows", targets.grows, str(2**30), Limits(memory=2**27)),
        Job("never ends", targets.spin, "", Limits(time=1.0)),
    ]
    ended = endings(executor.run(jobs))
    assert {name: event.outcome.value for name, event in ended.items()} == {
        "dies": "crashed", "fails": "crashed", "grows": "out_of_memory", "never ends": "timeout",
    }  # fmt: skip
    assert "SIGABRT" in ended["dies"].detail
    assert ended["fails"].detail.startswith("ValueError: no such width (node_targets.py:")


def test_data_reaches_each_node_once(cluster, executor, targets, monkeypatch):
    packed = []
    monkeypatch.setattr("netwright.studies.data_at_hand.pack", _counted(packed))
    jobs = [Job(f"d{i}", targets.data_of, "digits", Limits(), data="digits") for i in range(8)]
    told = [json.loads(event.result) for event in endings(executor.run(jobs)).values()]
    assert packed == ["digits"]
    assert len({fingerprint for fingerprint, *_ in told}) == 1
    copies = {tuple(copy) for _, *copy in told}
    # a copy that was written twice has another inode or time of change
    assert len({path for path, *_ in copies}) == len(copies) <= 2
    assert not any(path.startswith(str(Path.home() / ".cache")) for path, *_ in copies)


def _counted(calls):
    from netwright.studies.data_at_hand import pack

    def counted(name):
        calls.append(name)
        return pack(name)

    return counted


def test_files_that_a_job_reads_travel_and_its_payload_names_them_there(cluster, executor, targets, tmp_path):
    (tmp_path / "weights.txt").write_text("heavy")
    name = str(tmp_path / "weights.txt")
    ended = endings(executor.run([Job("r", targets.read, json.dumps({"file": name}), Limits(), reads=(name,))]))
    assert ended["r"].result == "heavy"


def test_a_job_whose_node_is_killed_goes_on_elsewhere_from_what_came_back(cluster, executor, targets, tmp_path):
    jobs = []
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        payload = json.dumps({"folder": str(tmp_path / name), "stop": cluster.mortal})
        jobs.append(Job(name, targets.count, payload, Limits(), folder=str(tmp_path / name)))
    events, stopped = [], ""
    for event in executor.run(jobs):
        events.append(event)
        if isinstance(event, Note) and cluster.mortal in event.text:
            stopped = event.job
        if (event.job, getattr(event, "text", "")) == (stopped, "3"):
            assert (tmp_path / stopped / "count.txt").read_text() == "3"
            cluster.kill_a_node()
    assert stopped
    for name in ("a", "b"):
        mine = [event for event in events if event.job == name]
        assert [event.text for event in mine[1:-1]] == ["1", "2", "3", "4", "5", "6"], "each note once"
        assert sum(isinstance(event, Ended) for event in mine) == 1
        ended = mine[-1]
        assert (ended.outcome, len(ended.moved)) == (Outcome.OK, int(name == stopped))
        assert ended.result == ("3" if name == stopped else "0"), "nothing that had come back was lost"
        assert (tmp_path / name / "count.txt").read_text() == "6"


def test_alone_is_one_node_that_has_nothing_else_to_do(cluster, executor, targets):
    events = list(executor.run_alone([Job(f"a{i}", targets.where, "", Limits()) for i in range(3)]))
    assert [event.job for event in events] == ["a0", "a1", "a2"]
    assert len({json.loads(event.result)["node"] for event in events}) == 1


def test_from_anywhere_and_stopping_ends_what_runs_and_leaves_nothing_behind(cluster, targets):
    away = RayExecutor(cluster.client, workers=1)
    running = away.run([Job("s", targets.spin, "", Limits())])
    pid, folder = json.loads(next(running).text)
    process = psutil.Process(pid)
    assert Path(folder).is_dir()
    running.close()
    gone, _ = psutil.wait_procs([process], timeout=20)
    assert gone
    assert not Path(folder).exists()


@pytest.mark.parametrize("address", ["ray://127.0.0.1:{}", "127.0.0.1:{}"])
def test_an_address_where_nobody_listens_is_told_at_once(address):
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        named = address.format(server.getsockname()[1])
    with pytest.raises(InputError, match=r"no Ray cluster answers at .*127\.0\.0\.1.*[Cc]onnection refused.*check"):
        RayExecutor(named)


def test_an_address_where_nobody_speaks_ray_is_told_in_time(monkeypatch, capfd):
    monkeypatch.setattr(module, "CONNECT_WITHIN", 2.0)
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        begun = time.monotonic()
        with pytest.raises(InputError, match=r"no answer within 4 s"):
            RayExecutor(f"ray://127.0.0.1:{server.getsockname()[1]}")
    assert time.monotonic() - begun < 20
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(("failures", "reached"), [(0, True), (1, True), (module.ATTEMPTS, False)])
def test_an_attempt_that_hangs_is_ended_and_repeated(monkeypatch, failures, reached):
    ended = []

    class Hanging:
        slots = 2

        def __init__(self, route):
            self._fails = len(ended) < failures

        def connects(self):
            return not self._fails

        def close(self):
            ended.append(self)

    monkeypatch.setattr(module, "_Bridge", Hanging)
    monkeypatch.setattr(module, "check_reachable", lambda address: None)
    if reached:
        assert RayExecutor("ray://head:10001").workers == 2
    else:
        with pytest.raises(InputError, match="no answer"):
            RayExecutor("ray://head:10001")
    assert len(ended) == failures


def test_a_cluster_without_room_is_told(cluster):
    with pytest.raises(InputError, match=r"no node of the Ray cluster at .* has 64 CPUs"):
        RayExecutor(cluster.address, threads=64)


def test_without_ray_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "ray", None)
    with pytest.raises(MissingExtraError, match=r'pip install "netwright\[cluster\]"'):
        RayExecutor("auto")


@pytest.mark.slow
def test_a_cluster_that_goes_away_is_told(targets):
    lonely = TwoNodes()
    executor = RayExecutor(lonely.address)
    running = executor.run([Job("s", targets.spin, "", Limits())])
    next(running)
    lonely.kill_everything()
    with pytest.raises(InputError, match=r"went away.*what was measured stands.*the same command resumes"):
        list(running)
    executor.close()
    lonely.shutdown()
