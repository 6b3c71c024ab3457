import itertools
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from netwright.machine.fork_server import start_server
from netwright.machine.isolation import Ended, Job, run_isolated
from netwright.records.errors import InputError
from netwright.records.scenario import Limits
from netwright.records.trial import Outcome

PRELOAD = ("torch",)
HERE = Path(__file__).parent
SMALL = 64 * 2**20
# without a main guard, as a user's script may be
PROGRAM = """
import targets
from netwright.machine.isolation import Job, run_isolated
from netwright.records.scenario import Limits

jobs = [Job("a", targets.hold_the_interpreter, "", Limits()), Job("b", targets.start_another, "", Limits())]
for event in run_isolated(jobs, workers=2, threads=1):
    print(event.text, flush=True)
"""


@pytest.fixture
def program(tmp_path, targets, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(HERE), prepend=os.pathsep)
    script = tmp_path / "program.py"
    script.write_text(PROGRAM)
    return [sys.executable, str(script)]


def gone(pid, within=20.0):
    until = time.monotonic() + within
    while time.monotonic() < until:
        try:
            process = psutil.Process(pid)
            if process.status() == psutil.STATUS_ZOMBIE:
                return True
            process.wait(timeout=0.02)
        except psutil.TimeoutExpired:
            continue
        except psutil.NoSuchProcess:
            return True
    return False


def test_a_job_that_ends_well_hands_back_its_notes_and_its_result(targets, run_one):
    notes, ended = run_one(targets.steps, "3")
    assert notes == ["step 0", "step 1", "step 2"]
    assert (ended.outcome, ended.result, ended.detail, ended.error) == (Outcome.OK, "done", "", "")
    assert ended.cpu_seconds > 0
    assert 0 < ended.seconds < 60
    assert ended.peak_memory > 1e7


def test_many_notes_arrive_in_order(targets, run_one):
    notes, ended = run_one(targets.steps, "5000")
    assert notes == [f"step {i}" for i in range(5000)]
    assert ended.outcome is Outcome.OK


def test_texts_larger_than_a_pipe_holds_arrive_whole(targets, run_one):
    notes, ended = run_one(targets.long_result, "3000000")
    assert [len(note) for note in notes] == [3_000_000]
    assert ended.result == "r" * 3_000_000


def test_one_bad_job_does_not_disturb_the_others(targets, run):
    jobs = [
        Job("a", targets.leave, "1", Limits()),
        Job("b", targets.steps, "2", Limits()),
        Job("c", targets.spin, "", Limits(time=0.2)),
        Job("d", targets.steps, "2", Limits()),
    ]
    ended = {e.job: e.outcome for e in run(jobs) if isinstance(e, Ended)}
    assert ended == {"a": Outcome.CRASHED, "b": Outcome.OK, "c": Outcome.TIMEOUT, "d": Outcome.OK}


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_jobs_are_taken_in_order_and_only_when_a_worker_is_free(targets, workers):
    taken, ended = [], []

    def jobs():
        for i in range(7):
            assert len(taken) - len(ended) < workers
            taken.append(i)
            yield Job(str(i), targets.steps, "1", Limits())

    for event in run_isolated(jobs(), workers, 1, PRELOAD):
        ended += [event.job] if isinstance(event, Ended) else []
    assert taken == list(range(7))
    assert sorted(ended) == [str(i) for i in range(7)]


def test_without_jobs_nothing_happens(run):
    assert run([]) == []


def test_closing_the_generator_ends_its_processes_and_what_they_started(targets):
    events = run_isolated([Job("a", targets.start_another, "", Limits())] * 2, 2, 1, PRELOAD)
    pids = [int(pid) for event in itertools.islice(events, 2) for pid in event.text.split()]
    assert all(psutil.pid_exists(pid) for pid in pids)
    events.close()
    assert all(gone(pid) for pid in pids)


def test_jobs_that_cannot_be_taken_end_what_runs(targets):
    def jobs():
        yield Job("a", targets.spin, "", Limits())
        yield Job("b", targets.steps, "1", Limits())
        assert len(multiprocessing.active_children()) == 1
        raise OSError("the list of jobs is unreadable")

    with pytest.raises(OSError, match="unreadable"):
        list(run_isolated(jobs(), 2, 1, PRELOAD))
    assert multiprocessing.active_children() == []


def test_when_the_parent_is_killed_everything_dies(program):
    with subprocess.Popen(program, stdout=subprocess.PIPE, text=True) as parent:
        pids = [int(pid) for _ in range(2) for pid in parent.stdout.readline().split()]
        assert len(pids) == 3
        assert all(psutil.pid_exists(pid) for pid in pids)
        parent.send_signal(signal.SIGKILL)
        parent.wait()
    assert all(gone(pid) for pid in pids)


def test_an_interrupted_parent_ends_its_processes_quietly(program):
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(program, **pipes, start_new_session=True) as parent:
        pids = [int(pid) for _ in range(2) for pid in parent.stdout.readline().split()]
        # as a terminal does it: the whole group is told
        os.killpg(parent.pid, signal.SIGINT)
        complaints = parent.stderr.read()
        parent.wait()
    assert all(gone(pid) for pid in pids)
    assert complaints.count("Traceback") == 1
    assert complaints.strip().endswith("KeyboardInterrupt")


def test_a_target_that_another_process_cannot_find_is_refused(run):
    def inner(payload, tell):
        return payload

    for target in (inner, lambda payload, tell: payload):
        with pytest.raises(InputError, match="top level of a module"):
            run([Job("it", target, "", Limits())])


@pytest.mark.parametrize("name", ["no_such_module", "no_such_package.inside", "netwright.no_such_module"])
def test_a_module_to_preload_that_does_not_exist_is_refused(name):
    with pytest.raises(InputError, match=name):
        list(run_isolated([], 1, 1, (name,)))


def test_a_process_starts_with_what_was_preloaded(targets, run_one):
    start_server(PRELOAD)
    assert run_one(targets.has_torch)[1].result == "True"
