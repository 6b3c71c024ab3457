import itertools
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from importlib import import_module
from pathlib import Path

import psutil
import pytest

from netwright.machine.isolation import Ended, Job, Note, run_isolated
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
def targets(monkeypatch):
    monkeypatch.syspath_prepend(HERE)
    return import_module("targets")


def run(jobs, workers=2, threads=1):
    return list(run_isolated(jobs, workers, threads, PRELOAD))


def run_one(target, payload="", **limits):
    *notes, ended = run([Job("it", target, payload, Limits(**limits))])
    assert isinstance(ended, Ended)
    assert all(isinstance(note, Note) and note.job == "it" for note in notes)
    assert ended.job == "it"
    assert (ended.result is None) == (ended.outcome is not Outcome.OK)
    return [note.text for note in notes], ended


@pytest.fixture
def program(tmp_path, targets, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(HERE))
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


def test_a_job_that_ends_well_hands_back_its_notes_and_its_result(targets):
    notes, ended = run_one(targets.steps, "3")
    assert notes == ["step 0", "step 1", "step 2"]
    assert (ended.outcome, ended.result, ended.detail, ended.error) == (Outcome.OK, "done", "", "")
    assert ended.cpu_seconds > 0
    assert 0 < ended.seconds < 60
    assert ended.peak_memory > 1e7


def test_many_notes_arrive_in_order(targets):
    notes, ended = run_one(targets.steps, "5000")
    assert notes == [f"step {i}" for i in range(5000)]
    assert ended.outcome is Outcome.OK


def test_texts_larger_than_a_pipe_holds_arrive_whole(targets):
    notes, ended = run_one(targets.long_result, "3000000")
    assert [len(note) for note in notes] == [3_000_000]
    assert ended.result == "r" * 3_000_000


def test_a_study_that_looks_late_still_finds_what_ended_in_time(targets, monkeypatch):
    events = run_isolated([Job(str(i), targets.steps, "1", Limits(time=60)) for i in range(2)], 2, 1, PRELOAD)
    seen = [next(events)]
    for process in multiprocessing.active_children():
        process.join()
    monkeypatch.setattr("netwright.machine.watched.time.monotonic", lambda: 1e12)
    seen += events
    assert [event.outcome for event in seen if isinstance(event, Ended)] == [Outcome.OK] * 2


def test_a_job_sees_its_parents_folder_and_environment_and_its_own_threads(targets, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NETWRIGHT_TEST", "seen")
    ended = run([Job("it", targets.surroundings, "", Limits())], threads=2)[-1]
    assert ended.result == f"{tmp_path}|seen|2|2"


def test_a_job_does_not_import_the_main_module_of_its_parent(targets):
    _, ended = run_one(targets.where)
    server, main = ended.result.split("|")
    assert int(server) != os.getpid()
    assert main == "no file"


def test_peak_memory_is_that_of_the_job_alone(targets):
    block = 300 * 2**20
    first, second = (run_one(targets.own_peak, str(n))[1] for n in (block, 1))
    assert first.peak_memory >= float(first.result) >= block
    assert second.peak_memory < block


@pytest.mark.parametrize("name", ["allocate_tensor", "grow"])
def test_an_allocation_beyond_the_limit_fails_inside(targets, name):
    _, ended = run_one(getattr(targets, name), str(2**34), memory=SMALL)
    assert ended.outcome is Outcome.OUT_OF_MEMORY
    assert ended.error in {"MemoryError", "RuntimeError"}
    assert "targets.py:" in ended.detail
    assert ended.detail.endswith("the limit is 67.1 MB")
    assert ended.peak_memory < 2**30


def test_memory_that_escapes_the_limit_is_seen_from_outside(targets):
    _, ended = run_one(targets.grow_shared, memory=SMALL)
    assert ended.outcome is Outcome.OUT_OF_MEMORY
    assert ended.detail.startswith("used ")
    assert ended.detail.endswith("the limit is 67.1 MB")
    assert ended.peak_memory > SMALL


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("DefaultCPUAllocator: can't allocate memory: you tried to allocate 8 bytes", Outcome.OUT_OF_MEMORY),
        ("CUDA out of memory. Tried to allocate 2.00 GiB", Outcome.OUT_OF_MEMORY),
        ("DefaultCPUAllocator: not enough memory: you tried to allocate 8 bytes", Outcome.OUT_OF_MEMORY),
        ("std::bad_alloc", Outcome.OUT_OF_MEMORY),
        ("the size of tensor a must match the size of tensor b", Outcome.CRASHED),
    ],
)
def test_what_libraries_say_about_memory_is_understood(targets, text, outcome):
    assert run_one(targets.say_memory_is_short, text)[1].outcome is outcome


@pytest.mark.parametrize("name", ["spin", "hold_the_interpreter", "chatter"])
def test_a_job_that_takes_too_long_is_killed(targets, name):
    _, ended = run_one(getattr(targets, name), time=0.3)
    assert ended.outcome is Outcome.TIMEOUT
    assert ended.detail.endswith("the limit is 300 ms")
    assert 0.3 <= ended.seconds < 30
    assert ended.peak_memory > 0


def test_a_job_that_ended_after_its_limit_does_not_profit_from_a_study_that_looks_late(targets):
    # much less than any process takes, and a job that is over before the first look
    _, ended = run_one(targets.steps, "1", time=1e-6)
    assert ended.outcome is Outcome.TIMEOUT


def test_a_diverged_training_is_told_from_a_crash(targets):
    _, ended = run_one(targets.diverge)
    assert (ended.outcome, ended.error) == (Outcome.DIVERGED, "DivergedError")
    assert "nan at step 3" in ended.detail


def test_an_exception_is_told_with_its_place(targets):
    notes, ended = run_one(targets.fail)
    assert notes == ["before"]
    assert (ended.outcome, ended.error) == (Outcome.CRASHED, "ValueError")
    assert ended.detail.startswith("ValueError: no such width (targets.py:")


def test_an_exception_of_a_library_is_told_with_the_line_that_called_it(targets):
    _, ended = run_one(targets.fail_inside_a_library)
    line = (HERE / "targets.py").read_text().splitlines().index(
        "    return str(torch.nn.Linear(2, 3)(torch.zeros(1, 5)))"
    ) + 1  # fmt: skip
    assert ended.outcome is Outcome.CRASHED
    assert ended.detail.startswith("RuntimeError: mat1 and mat2 shapes")
    assert ended.detail.endswith(f"(targets.py:{line})")


def test_an_exception_that_cannot_be_pickled_is_told_all_the_same(targets):
    _, ended = run_one(targets.fail_unspeakably)
    assert (ended.outcome, ended.error) == (Outcome.CRASHED, "Unspeakable")


def test_an_exception_that_cannot_be_printed_is_a_crash(targets):
    _, ended = run_one(targets.fail_mutely)
    assert (ended.outcome, ended.error) == (Outcome.CRASHED, "Mute")
    assert "str() failed" in ended.detail


def test_a_module_that_cannot_be_imported_is_a_crash_with_its_reason(targets, monkeypatch):
    monkeypatch.setattr(targets.fail, "__module__", "no_such_module")
    monkeypatch.setitem(sys.modules, "no_such_module", targets)
    _, ended = run_one(targets.fail)
    assert (ended.outcome, ended.error) == (Outcome.CRASHED, "ModuleNotFoundError")
    assert "no_such_module" in ended.detail


def test_a_process_that_leaves_without_a_result_is_a_crash(targets):
    notes, ended = run_one(targets.leave, "3")
    assert notes == ["before"]
    assert ended.outcome is Outcome.CRASHED
    assert ended.detail == "ended with exit code 3 before it returned a result"
    _, ended = run_one(targets.leave_politely, "0")
    assert (ended.outcome, ended.error) == (Outcome.CRASHED, "SystemExit")


@pytest.mark.parametrize(("name", "detail"), [("SIGSEGV", "SIGSEGV"), ("SIGKILL", "out-of-memory killer")])
def test_a_killed_process_is_a_crash_that_names_the_signal(targets, name, detail):
    notes, ended = run_one(targets.signal_itself, name)
    assert notes == ["before"]
    assert ended.outcome is Outcome.CRASHED
    assert ended.detail.startswith(f"killed by {name}")
    assert detail in ended.detail


def test_a_process_that_closes_its_pipe_and_goes_on_is_killed(targets, monkeypatch):
    monkeypatch.setattr("netwright.machine.watched._GRACE", 0.1)
    _, ended = run_one(targets.fall_silent)
    assert ended.outcome is Outcome.CRASHED
    assert ended.detail == "closed its connection to the study and went on"


def test_a_job_that_returns_no_text_is_a_crash(targets):
    _, ended = run_one(targets.return_nothing)
    assert (ended.outcome, ended.error) == (Outcome.CRASHED, "TypeError")
    assert "returned NoneType" in ended.detail


def test_a_thread_that_a_job_leaves_does_not_delay_its_end(targets):
    assert run_one(targets.leave_a_thread)[1].result == "done"


def test_a_job_ignores_an_interrupt(targets):
    assert run_one(targets.interrupt_itself)[1].result == "done"


def test_one_bad_job_does_not_disturb_the_others(targets):
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


def test_without_jobs_nothing_happens():
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


def test_a_target_that_another_process_cannot_find_is_refused():
    def inner(payload, tell):
        return payload

    for target in (inner, lambda payload, tell: payload):
        with pytest.raises(InputError, match="top level of a module"):
            run([Job("it", target, "", Limits())])


@pytest.mark.parametrize("name", ["no_such_module", "no_such_package.inside", "netwright.no_such_module"])
def test_a_module_to_preload_that_does_not_exist_is_refused(name):
    with pytest.raises(InputError, match=name):
        list(run_isolated([], 1, 1, (name,)))


def test_starting_a_process_is_cheap(targets):
    run_one(targets.steps, "1")
    begun = time.perf_counter()
    run([Job(str(i), targets.steps, "1", Limits()) for i in range(10)], workers=1)
    # about 0.02 s each on two idle cores; the bound only tells a fork from an import of torch (1 s)
    assert (time.perf_counter() - begun) / 10 < 0.4
