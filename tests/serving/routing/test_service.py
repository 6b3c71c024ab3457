import asyncio
import time
from types import SimpleNamespace

import numpy as np
import pytest

from netwright.monitoring.event import Label
from netwright.monitoring.store import Store
from netwright.records.errors import RequestError
from netwright.serving.engines.constant_engine import ConstantEngine
from netwright.serving.execution.inline import InlineRunner
from netwright.serving.routing.fallback import Fallback
from netwright.serving.routing.service import Service
from netwright.serving.routing.upstream import Upstream
from netwright.serving.settings import Settings
from netwright.serving.telemetry.events import EventMaker
from netwright.serving.telemetry.recorder import Recorder

PACKAGE = SimpleNamespace(manifest="manifest", form="form", version="v1", reference="reference")
INFINITE = float("inf")


async def ask(service, name="r", key=None, samples=2):
    return await service.infer(np.zeros((samples, 4), np.float32), {"x": np.zeros(samples)}, name, key, INFINITE)


def test_a_request_is_answered_and_recorded(scene):
    async def play():
        it = scene()
        assert not it.service.ready
        await it.service.start()
        assert it.service.ready
        assert it.recorder.state == "started"
        answered = await ask(it.service)
        assert (answered.model, answered.version, answered.route) == ("main", "v1", "main")
        (served,) = it.recorder.served
        assert (served.id, served.route, served.status, served.samples) == ("r", "main", 200, 2)
        assert 0 <= served.latency < 60
        assert abs(served.time - time.time()) < 60
        assert served.inputs.shape == (2, 4)
        assert served.tensors is None
        await it.service.stop(1.0)

    asyncio.run(play())


def test_what_the_app_reads(scene):
    service = scene().service
    assert (service.manifest, service.form, service.version, service.reference) == (
        "manifest",
        "form",
        "v1",
        "reference",
    )
    assert service.rollout is None
    assert service.shadowed is None
    assert service.recorded.accepted == 0


def test_readiness_and_routes_tell_the_truth_when_models_die(scene):
    async def play():
        it = scene()
        await it.service.start()
        it.main.ready = False
        assert it.service.ready
        assert (await ask(it.service)).route == "fallback"
        it.fallback.ready = False
        assert not it.service.ready
        assert (await ask(it.service)).route == "constant"
        it.main.ready = True
        assert it.service.ready
        assert (await ask(it.service)).route == "main"
        assert [served.route for served in it.recorder.served] == ["fallback", "constant", "main"]
        await it.service.stop(1.0)

    asyncio.run(play())


@pytest.mark.parametrize("status", [400, 429, 504])
def test_a_refusal_is_told_and_recorded(scene, status):
    async def play():
        it = scene()
        await it.service.start()
        it.main.status = status
        with pytest.raises(RequestError) as caught:
            await ask(it.service)
        assert caught.value.status == status
        (served,) = it.recorder.served
        assert (served.status, served.answers, served.model, served.route) == (status, None, "main", "main")
        await it.service.stop(1.0)

    asyncio.run(play())


def test_full_is_asked_of_main(scene):
    async def play():
        it = scene()
        await it.service.start()
        assert it.service.full() is None
        it.main.room = 2.0
        assert it.service.full() == 2.0
        await it.service.stop(1.0)

    asyncio.run(play())


def test_a_model_that_cannot_start_stops_the_others_and_is_told(scene, fakes):
    async def play():
        it = scene(main=fakes.upstream(ready=False, breaks="no such file"), share=0.5)
        with pytest.raises(RequestError, match="no such file"):
            await it.service.start()
        assert not it.service.ready
        assert all(runner.stopped for runner in (it.main, it.fallback, it.tried))
        assert it.recorder.state == "closed"

    asyncio.run(play())


def test_a_stop_is_told_at_once_and_leaves_nothing(scene):
    async def play():
        it = scene(share=0.5, shadow=True)
        await it.service.start()
        stop = it.main.stop
        seen = []

        async def watched(limit):
            seen.append((it.service.ready, it.fallback.ready, limit))
            await stop(limit)

        it.main.stop = watched
        await it.service.stop(7.0)
        # the service is no longer ready, and the fallback still is, while main drains
        assert seen == [(False, True, 7.0)]
        assert all(runner.stopped and runner.stopped[0] <= 7.0 for runner in (it.fallback, it.tried))
        assert it.shadow.upstream.runner.stopped
        assert it.recorder.state == "closed"

    asyncio.run(play())


def test_with_real_parts_answers_and_labels_are_in_the_store(tmp_path):
    settings = Settings(flush=0.001, keep_inputs=1.0)

    async def play(store):
        maker = EventMaker(
            lambda x, answers: x.mean(1, keepdims=True), lambda tensors, i: bytes([tensors["x"][i]]), 1.0
        )
        runner = InlineRunner("mlp", ConstantEngine((0.1, 0.9)), settings)
        fallback = Fallback([Upstream(runner, "v1", "main")], ConstantEngine((0.5, 0.5)), "v1")
        service = Service(PACKAGE, fallback, Recorder(Store(store.path), settings, maker))
        await service.start()
        inputs, tensors = np.array([[1.0, 3.0], [0.0, 0.0]], np.float32), {"x": np.array([7, 8], np.uint8)}
        answered = await service.infer(inputs, tensors, "r", None, INFINITE)
        assert answered.answers.logits.argmax(1).tolist() == [1, 1]
        assert service.label([Label("r/1", 0, 5.0)]) == 1
        await service.stop(5.0)
        assert service.recorded[:4] == (2, 2, 0, 0)

    with Store(tmp_path / "t.db") as store:
        asyncio.run(play(store))
        first, second = store.events_after(0, 10).events
        assert (first.id, first.predicted, first.route) == ("r/0", 1, "main")
        assert first.confidence == pytest.approx(0.9)
        assert np.frombuffer(first.features, "<f4").tolist() == [2.0]
        ((event, label),) = store.samples()
        assert (event.id, event.sample, label.label) == ("r/1", b"\x08", 0)
        assert second.id == "r/1"
