import asyncio
import os
import signal
from functools import partial

import pytest
from tests.serving.execution.steered_engines import Steered, opened_after, rows

from netwright.records.errors import RequestError
from netwright.serving.engines.constant_engine import ConstantEngine
from netwright.serving.execution.workers import WorkerRunner
from netwright.serving.routing import evacuation as module
from netwright.serving.routing.evacuation import Evacuation
from netwright.serving.routing.fallback import Fallback
from netwright.serving.routing.upstream import Upstream
from netwright.serving.settings import Settings


@pytest.fixture(autouse=True)
def _quick_looks(monkeypatch):
    monkeypatch.setattr(module, "LOOK", 0.001)


async def never():
    await asyncio.Event().wait()


def test_who_waits_for_a_model_that_is_gone_is_freed():
    async def scene():
        evacuation = Evacuation(lambda: False)
        told = await asyncio.gather(*(evacuation.wait(never()) for _ in range(3)), return_exceptions=True)
        assert [error.status for error in told] == [503] * 3
        assert not evacuation._waiting
        assert not evacuation._freed

    asyncio.run(scene())


def test_the_freed_request_goes_on_like_any_other():
    async def scene():
        with pytest.raises(RequestError):
            await Evacuation(lambda: False).wait(never())
        assert asyncio.current_task().cancelling() == 0
        # a deadline around it works as if nothing had been
        async with asyncio.timeout(30):
            await asyncio.sleep(0)
        return "answered by another"

    assert asyncio.run(scene()) == "answered by another"


def test_whoever_cancels_the_request_is_obeyed():
    async def scene():
        evacuation = Evacuation(lambda: True)
        task = asyncio.create_task(evacuation.wait(never()))
        while not evacuation._waiting:
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert not evacuation._waiting

    asyncio.run(scene())


def test_a_request_that_is_freed_and_cancelled_at_once_is_cancelled():
    async def scene():
        evacuation = Evacuation(lambda: False)
        task = asyncio.create_task(evacuation.wait(never()))
        while not evacuation._waiting:
            await asyncio.sleep(0)
        evacuation._look()
        evacuation._look()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(scene())


def test_answers_and_errors_pass():
    async def scene():
        async def answer():
            return "answers"

        async def refuse():
            raise RequestError(429, "full", 1.0)

        evacuation = Evacuation(lambda: True)
        assert await evacuation.wait(answer()) == "answers"
        with pytest.raises(RequestError) as caught:
            await evacuation.wait(refuse())
        assert caught.value.status == 429

    asyncio.run(scene())


def test_one_look_is_not_enough_and_a_return_is_noticed():
    async def scene():
        looks = iter([False, True, False, True, False, True])
        done = asyncio.Event()

        def there():
            found = next(looks, None)
            if found is None:
                done.set()
                return True
            return found

        async def answer():
            await done.wait()
            return "answers"

        assert await Evacuation(there).wait(answer()) == "answers"

    asyncio.run(scene())


def test_a_model_that_stops_in_good_order_keeps_who_waits(fakes):
    async def scene():
        upstream = fakes.upstream(gate=asyncio.Event())
        task = asyncio.create_task(upstream.answer(fakes.inputs, float("inf")))
        while not upstream.runner.asked:
            await asyncio.sleep(0)
        await upstream.stop(1.0)
        for _ in range(3):
            upstream._evacuation._look()
        upstream.runner.gate.set()
        return await task

    assert asyncio.run(scene()).route == "main"


def test_when_a_worker_is_killed_its_queue_goes_to_the_fallback(tmp_path):
    """The worker is killed while one request is with it and others wait, and the next worker cannot open the model."""
    gate, log = tmp_path / "gate", tmp_path / "log"
    log.touch()
    settings = Settings(batch=1, heartbeat=30.0)

    async def scene():
        opener = partial(opened_after, str(tmp_path / "shut"), log=str(log), gate=str(gate))
        main = Upstream(WorkerRunner("main", opener, settings), "v1", "main")
        second = Upstream(WorkerRunner("second", Steered, settings), "v1", "fallback")
        fallback = Fallback([main, second], ConstantEngine((0.5, 0.5)), "v1")
        await asyncio.gather(main.runner.start(), second.runner.start())
        try:
            gate.touch()
            asked = [asyncio.create_task(fallback.answer(rows([i]), float("inf"))) for i in range(5)]
            async with asyncio.timeout(60):
                while not log.read_text():
                    await asyncio.sleep(0.001)
            (tmp_path / "shut").touch()
            (worker,) = main.runner.workers
            os.kill(worker.pid, signal.SIGKILL)
            async with asyncio.timeout(60):
                answered = await asyncio.gather(*asked)
            assert [one.route for one in answered] == ["fallback"] * 5
            assert [one.answers.logits[0, 1] for one in answered] == [0, 1, 4, 9, 16]
            assert not main.ready
            assert fallback.ready
            gate.unlink()
            (tmp_path / "shut").unlink()
            async with asyncio.timeout(60):
                while not main.ready:
                    await asyncio.sleep(0.001)
            assert (await fallback.answer(rows([3]), float("inf"))).route == "main"
        finally:
            await asyncio.gather(main.stop(0.0), second.stop(0.0))

    asyncio.run(scene())
