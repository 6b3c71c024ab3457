import asyncio
import math
import os
import signal
import subprocess
import sys
import time
from functools import partial

import psutil
import pytest
from tests.serving.execution.steered_engines import (
    CRASH,
    FREEZE,
    HANG,
    Steered,
    cannot_open,
    dies_when_opened,
    dies_while,
    expected,
    opened_after,
    rows,
)

from netwright.records.errors import InputError, PackageError, RequestError
from netwright.serving.execution.patience import Patience
from netwright.serving.execution.workers import WorkerRunner
from netwright.serving.settings import Settings

HASTY = Patience(first=0.001, longest=0.001, tries=3)
# no heartbeat is missed in a test's life: only the channel can tell
SLOW = Settings(heartbeat=1000.0, batch=1)


def later(seconds=60.0):
    return time.monotonic() + seconds


async def until(condition, seconds=60.0):
    end = later(seconds)
    while not condition():
        assert time.monotonic() < end
        await asyncio.sleep(0.001)


def answered(answers, *numbers):
    return answers.logits.tolist() == expected(rows(numbers)).logits.tolist()


@pytest.fixture
def no_children():
    """Tells whether no process is left of a test; other tests may have left the server of their forks."""
    before = {child.pid for child in psutil.Process().children(recursive=True)}
    return lambda: {child.pid for child in psutil.Process().children(recursive=True)} <= before


def test_a_killed_worker_costs_what_it_was_computing_and_is_replaced(running, caplog):
    async def ask(runner):
        first = runner.workers[0].pid
        tasks = [asyncio.create_task(runner.answer(rows([number]), later())) for number in (CRASH, 1, 2)]
        with pytest.raises(RequestError, match="died on this request") as error:
            await tasks[0]
        # the truth at once: nobody is there who could answer
        assert not runner.ready
        one, two = await asyncio.gather(*tasks[1:])
        assert runner.ready
        assert runner.workers[0].pid != first
        assert not psutil.pid_exists(first)
        return error.value.status, answered(one, 1), answered(two, 2), runner.counts.restarts

    assert running(WorkerRunner("it", Steered, SLOW), ask) == (503, True, True, 1)
    assert "its process ended (signal 9)" in caplog.text


def test_an_idle_worker_that_dies_is_noticed_and_replaced(running):
    async def ask(runner):
        first = runner.workers[0].pid
        os.kill(first, signal.SIGKILL)
        await until(lambda: not runner.ready)
        assert answered(await runner.answer(rows([3]), later()), 3)
        return runner.workers[0].pid != first

    assert running(WorkerRunner("it", Steered, SLOW), ask)


def test_a_stopped_worker_is_noticed_by_its_silence(running, quick, caplog):
    async def ask(runner):
        with pytest.raises(RequestError, match="died on this request"):
            await runner.answer(rows([FREEZE]), math.inf)
        assert not runner.ready
        assert answered(await runner.answer(rows([4]), later()), 4)

    running(WorkerRunner("it", Steered, quick), ask)
    assert "no heartbeat for" in caplog.text


def test_a_worker_that_computes_for_too_long_is_replaced(running, quick, caplog):
    async def ask(runner):
        with pytest.raises(RequestError, match="died on this request"):
            await runner.answer(rows([HANG]), math.inf)
        assert answered(await runner.answer(rows([4]), later()), 4)

    running(WorkerRunner("it", Steered, quick, patience=Patience(batch=0.2)), ask)
    assert "one batch took more than 0.2 s" in caplog.text


def test_a_worker_that_computes_for_long_is_alive(running):
    async def ask(runner):
        # twice what a silent worker is given
        assert answered(await runner.answer(rows([4]), later()), 4)
        return runner.counts.restarts

    assert running(WorkerRunner("it", partial(Steered, seconds=1.6), Settings(heartbeat=0.4)), ask) == 0


def test_one_of_two_workers_dies_and_the_other_answers_on(running):
    async def ask(runner):
        await until(lambda: all(worker.ready for worker in runner.workers) and len(runner.workers) == 2)
        bad = asyncio.create_task(runner.answer(rows([CRASH]), later()))
        others = [asyncio.create_task(runner.answer(rows([number]), later())) for number in range(6)]
        with pytest.raises(RequestError):
            await bad
        assert runner.ready
        return [answered(await other, number) for number, other in enumerate(others)]

    assert all(running(WorkerRunner("it", Steered, SLOW, workers=2), ask))


def test_an_engine_that_cannot_be_opened_ends_the_start_with_its_reason(no_children):
    with pytest.raises(PackageError, match="it cannot run: FileNotFoundError: no model here"):
        asyncio.run(WorkerRunner("it", cannot_open, Settings(), workers=2).start())
    assert no_children()


def test_a_worker_that_dies_again_and_again_at_the_start_is_given_up(caplog, no_children):
    with pytest.raises(PackageError, match="died 3 times before it could answer"):
        asyncio.run(WorkerRunner("it", dies_when_opened, Settings(), patience=HASTY).start())
    assert "given up until the service is started again" in caplog.text
    assert no_children()


def test_a_worker_that_is_given_up_leaves_no_request_hanging(running, tmp_path, caplog):
    poison = tmp_path / "poison"

    async def ask(runner):
        poison.touch()
        os.kill(runner.workers[0].pid, signal.SIGKILL)
        await until(lambda: not runner.ready)
        with pytest.raises(RequestError, match="no worker left") as waited:
            await runner.answer(rows([1]), math.inf)
        with pytest.raises(RequestError, match="not running") as late:
            await runner.answer(rows([1]), math.inf)
        return waited.value.status, late.value.status, runner.waiting, runner.ready

    runner = WorkerRunner("it", partial(dies_while, str(poison)), SLOW, patience=HASTY)
    assert running(runner, ask) == (503, 503, 0, False)
    assert "given up" in caplog.text


def test_requests_that_end_their_worker_do_not_end_the_service(running):
    async def ask(runner):
        for _ in range(5):
            with pytest.raises(RequestError, match="died on this request"):
                await runner.answer(rows([CRASH]), later())
        return answered(await runner.answer(rows([1]), later()), 1), runner.counts.restarts

    assert running(WorkerRunner("it", Steered, SLOW, patience=HASTY), ask) == (True, 5)


def test_no_workers_at_all_are_refused():
    with pytest.raises(InputError, match="0 workers"):
        WorkerRunner("it", Steered, Settings(), workers=0)


def test_a_request_ends_at_its_deadline_while_there_is_no_worker(running):
    async def ask(runner):
        os.kill(runner.workers[0].pid, signal.SIGKILL)
        await until(lambda: not runner.ready)
        with pytest.raises(RequestError) as error:
            await runner.answer(rows([1]), later(0.02))
        return error.value.status, runner.waiting, runner.counts.expired

    patience = Patience(first=1000.0, longest=1000.0)
    assert running(WorkerRunner("it", Steered, SLOW, patience=patience), ask) == (504, 0, 1)


def test_a_request_that_expired_in_the_model_does_not_disturb_the_next(running, tmp_path):
    gate = tmp_path / "gate"

    async def ask(runner):
        gate.touch()
        with pytest.raises(RequestError) as error:
            await runner.answer(rows([1]), later(0.02))
        gate.unlink()
        return error.value.status, answered(await runner.answer(rows([2]), later()), 2), runner.waiting

    assert running(WorkerRunner("it", partial(Steered, gate=str(gate)), SLOW), ask) == (504, True, 0)


def test_a_worker_is_not_ended_by_what_is_sent_to_the_whole_group(running):
    async def ask(runner):
        process = psutil.Process(runner.workers[0].pid)
        for number in (signal.SIGTERM, signal.SIGINT):
            process.send_signal(number)
        assert answered(await runner.answer(rows([1]), later()), 1)
        # nor does it hear the terminal
        return os.getpgid(process.pid) != os.getpgid(0), runner.counts.restarts

    assert running(WorkerRunner("it", Steered, SLOW), ask) == (True, 0)


def test_a_start_that_is_cut_short_leaves_no_process(tmp_path, no_children):
    hold = tmp_path / "hold"
    hold.touch()

    async def cut_short():
        runner = WorkerRunner("it", partial(opened_after, str(hold)), Settings())
        starting = asyncio.create_task(runner.start())
        await until(lambda: runner.workers and runner.workers[0].pid)
        starting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await starting

    asyncio.run(cut_short())
    assert no_children()


def test_an_engine_that_takes_too_long_to_open_is_given_up(tmp_path, caplog):
    hold = tmp_path / "hold"
    hold.touch()
    patience = Patience(opening=0.05, first=0.001, tries=1)
    runner = WorkerRunner("it", partial(opened_after, str(hold)), Settings(heartbeat=0.05), patience=patience)
    with pytest.raises(PackageError, match=r"took more than 0.05 s to open"):
        asyncio.run(runner.start())


def test_what_another_process_could_not_find_is_said_when_the_runner_is_made():
    with pytest.raises((AttributeError, TypeError, ValueError), match="pickle"):
        WorkerRunner("it", lambda: None, Settings())


def test_a_runner_takes_no_server_and_no_torch_along():
    program = (
        "import sys, netwright.serving.execution.workers, netwright.serving.execution.worker_process;"
        "print({'torch', 'onnxruntime', 'uvicorn', 'scipy', 'fastapi'} & set(sys.modules))"
    )
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "set()"
