"""A service with another version beside it: a canary, a shadow."""

import asyncio
import json

import numpy as np

from netwright.monitoring.event import Label
from netwright.records.errors import RequestError


async def ask(service, name="r", key=None, samples=2):
    return await service.infer(np.zeros((samples, 4), np.float32), {"x": np.zeros(samples)}, name, key, float("inf"))


def test_the_canary_answers_its_keys_and_only_these(scene):
    async def play():
        it = scene(share=0.3)
        await it.service.start()
        routes = {f"user {i}": (await ask(it.service, f"r{i}", f"user {i}")).route for i in range(200)}
        assert routes == {key: "canary" if it.canary.takes(key) else "main" for key in routes}
        assert 30 < sum(route == "canary" for route in routes.values()) < 90
        # the key decides, whatever the request is called; without a key its name does, also where the key is empty
        assert {(await ask(it.service, f"s{i}", "user 7")).route for i in range(20)} == {routes["user 7"]}
        assert (await ask(it.service, "user 7", None)).route == routes["user 7"]
        assert (await ask(it.service, "user 7", "")).route == routes["user 7"]
        await it.service.stop(1.0)

    asyncio.run(play())


def test_a_failing_canary_hurts_no_caller_and_is_rolled_back(scene, tmp_path):
    async def play():
        it = scene(share=0.5)
        await it.service.start()
        it.tried.status = 503
        routes = {(await ask(it.service, f"r{i}")).route for i in range(200)}
        assert routes == {"main"}
        assert it.service.rollout.stage == "rolled back"
        asked = len(it.tried.asked)
        for i in range(100):
            await ask(it.service, f"s{i}")
        assert len(it.tried.asked) == asked
        await it.service.stop(1.0)
        assert json.loads((tmp_path / "rollout.json").read_text())["stage"] == "rolled back"

    asyncio.run(play())


def test_a_canary_that_was_rolled_back_before_is_not_even_started(scene):
    async def play():
        it = scene(share=1.0)
        for _ in range(100):
            it.canary.compare(False, 200, 0.0)
            it.canary.compare(True, 503, 0.0)
        it.canary.close()
        again = scene(share=1.0)
        await again.service.start()
        assert not again.tried.ready
        assert (await ask(again.service)).route == "main"
        await again.service.stop(1.0)

    asyncio.run(play())


def test_a_canary_that_refuses_too_much_is_rolled_back(scene):
    async def play():
        it = scene(share=0.5)
        await it.service.start()
        it.tried.status = 504
        refused = []
        for i in range(300):
            try:
                await ask(it.service, f"r{i}")
            except RequestError as error:
                refused.append(error.status)
        assert set(refused) == {504}
        assert len(refused) < 60
        assert "too late" in it.service.rollout.reason
        assert {served.route for served in it.recorder.served if served.status == 504} == {"canary"}
        await it.service.stop(1.0)

    asyncio.run(play())


def test_labels_reach_the_telemetry_and_the_canary(scene):
    async def play():
        it = scene(share=0.5)
        await it.service.start()
        for i in range(400):
            await ask(it.service, f"r{i}", samples=1)
            # main says 0, the canary 2, and 0 is the truth
            assert it.service.label([Label(f"r{i}", 0, 1.0)]) == 1
        assert len(it.recorder.labels) == 400
        assert it.service.rollout.stage == "rolled back"
        assert "wrong more often" in it.service.rollout.reason
        await it.service.stop(1.0)

    asyncio.run(play())


def test_the_shadow_sees_copies_and_nobody_waits(scene):
    async def play():
        it = scene(shadow=True)
        await it.service.start()
        while not it.shadow.upstream.runner.ready:
            await asyncio.sleep(0)
        it.shadow.upstream.runner.gate = asyncio.Event()
        answered = [await ask(it.service, f"r{i}") for i in range(40)]
        assert {one.route for one in answered} == {"main"}
        assert it.service.shadowed.dropped == 2 * (40 - 32)
        it.main.ready = False
        assert (await ask(it.service, "by the fallback")).route == "fallback"
        # what main did not answer is nothing to agree with
        assert it.service.shadowed.dropped == 2 * (40 - 32)
        it.shadow.upstream.runner.gate.set()
        while it.service.shadowed.answered < 64:
            await asyncio.sleep(0)
        assert it.service.shadowed.agreed == 0
        await it.service.stop(1.0)

    asyncio.run(play())
