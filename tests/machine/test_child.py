import io
import os
import sys
from pathlib import Path

import pytest
import torch

from netwright.machine.child import describe, outcome_of
from netwright.machine.isolation import Job
from netwright.records.errors import DivergedError, NetwrightError
from netwright.records.scenario import Limits
from netwright.records.trial import Outcome

HERE = Path(__file__).parent


def caught(fail):
    with pytest.raises(BaseException) as info:  # noqa: PT011
        fail()
    return info.value


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (DivergedError("nan"), Outcome.DIVERGED),
        (NetwrightError("other"), Outcome.CRASHED),
        (MemoryError(), Outcome.OUT_OF_MEMORY),
        (torch.OutOfMemoryError("CUDA out of memory"), Outcome.OUT_OF_MEMORY),
        (RuntimeError("shapes"), Outcome.CRASHED),
        (SystemExit(3), Outcome.CRASHED),
        (KeyboardInterrupt(), Outcome.CRASHED),
    ],
)
def test_every_exception_stands_for_one_outcome(error, outcome):
    assert outcome_of(error) is outcome


def test_the_place_is_the_line_of_the_author():
    def fail():
        torch.nn.Linear(2, 3)(torch.zeros(1, 5))

    text = describe(caught(fail))
    assert text.startswith("RuntimeError: mat1 and mat2")
    assert text.endswith(f"(test_child.py:{fail.__code__.co_firstlineno + 1})")


def test_an_exception_without_message_or_place_is_named():
    assert describe(ValueError()) == "ValueError"
    assert describe(LookupError("a: b")) == "LookupError: a: b"


def test_an_error_of_ours_speaks_for_itself():
    assert describe(NetwrightError("a: b")) == "a: b"


def test_a_very_long_message_is_cut():
    assert len(describe(ValueError("x" * 100_000))) < 1100


def test_an_exception_that_cannot_be_printed_is_described():
    class Mute(Exception):  # noqa: N818
        def __str__(self):
            return io.StringIO().fileno()

    assert describe(Mute()).startswith("Mute: <exception str() failed>")


def test_a_job_sees_its_parents_folder_and_environment_and_its_own_threads(targets, monkeypatch, tmp_path, run):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NETWRIGHT_TEST", "seen")
    ended = run([Job("it", targets.surroundings, "", Limits())], threads=2)[-1]
    assert ended.result == f"{tmp_path}|seen|2|2"


def test_a_job_does_not_import_the_main_module_of_its_parent(targets, run_one):
    _, ended = run_one(targets.where)
    server, main = ended.result.split("|")
    assert int(server) != os.getpid()
    assert main == "no file"


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
def test_what_libraries_say_about_memory_is_understood(targets, text, outcome, run_one):
    assert run_one(targets.say_memory_is_short, text)[1].outcome is outcome


def test_a_diverged_training_is_told_from_a_crash(targets, run_one):
    _, ended = run_one(targets.diverge)
    assert (ended.outcome, ended.error) == (Outcome.DIVERGED, "DivergedError")
    assert "nan at step 3" in ended.detail


def test_an_exception_is_told_with_its_place(targets, run_one):
    notes, ended = run_one(targets.fail)
    assert notes == ["before"]
    assert (ended.outcome, ended.error) == (Outcome.CRASHED, "ValueError")
    assert ended.detail.startswith("ValueError: no such width (targets.py:")


def test_an_exception_of_a_library_is_told_with_the_line_that_called_it(targets, run_one):
    _, ended = run_one(targets.fail_inside_a_library)
    line = (HERE / "targets.py").read_text().splitlines().index(
        "    return str(torch.nn.Linear(2, 3)(torch.zeros(1, 5)))"
    ) + 1  # fmt: skip
    assert ended.outcome is Outcome.CRASHED
    assert ended.detail.startswith("RuntimeError: mat1 and mat2 shapes")
    assert ended.detail.endswith(f"(targets.py:{line})")


def test_an_exception_that_cannot_be_pickled_is_told_all_the_same(targets, run_one):
    _, ended = run_one(targets.fail_unspeakably)
    assert (ended.outcome, ended.error) == (Outcome.CRASHED, "Unspeakable")


def test_an_exception_that_cannot_be_printed_is_a_crash(targets, run_one):
    _, ended = run_one(targets.fail_mutely)
    assert (ended.outcome, ended.error) == (Outcome.CRASHED, "Mute")
    assert "str() failed" in ended.detail


def test_a_module_that_cannot_be_imported_is_a_crash_with_its_reason(targets, monkeypatch, run_one):
    monkeypatch.setattr(targets.fail, "__module__", "no_such_module")
    monkeypatch.setitem(sys.modules, "no_such_module", targets)
    _, ended = run_one(targets.fail)
    assert (ended.outcome, ended.error) == (Outcome.CRASHED, "ModuleNotFoundError")
    assert "no_such_module" in ended.detail


def test_a_process_that_leaves_without_a_result_is_a_crash(targets, run_one):
    notes, ended = run_one(targets.leave, "3")
    assert notes == ["before"]
    assert ended.outcome is Outcome.CRASHED
    assert ended.detail == "ended with exit code 3 before it returned a result"
    _, ended = run_one(targets.leave_politely, "0")
    assert (ended.outcome, ended.error) == (Outcome.CRASHED, "SystemExit")


def test_a_job_that_returns_no_text_is_a_crash(targets, run_one):
    _, ended = run_one(targets.return_nothing)
    assert (ended.outcome, ended.error) == (Outcome.CRASHED, "TypeError")
    assert "returned NoneType" in ended.detail


def test_a_thread_that_a_job_leaves_does_not_delay_its_end(targets, run_one):
    assert run_one(targets.leave_a_thread)[1].result == "done"


def test_a_job_ignores_an_interrupt(targets, run_one):
    assert run_one(targets.interrupt_itself)[1].result == "done"
