import asyncio

import numpy as np
import pytest

from netwright.serving.engine import Answers
from netwright.serving.routing.answered import Answered
from netwright.serving.routing.shadow import Shadow


@pytest.fixture
def told(fakes):
    return Answered(Answers(np.eye(3, dtype=np.float32)[[0, 1]]), "main", "v1", "main")


async def settled(shadow):
    while shadow._tasks:
        await asyncio.gather(*shadow._tasks)


async def opened(fakes, share=1.0, most=64, **options):
    recorder = fakes.recorder()
    shadow = Shadow(fakes.upstream("shadow", version="v2", ready=False, **options), share, most, recorder)
    shadow.begin()
    await settled(shadow)
    return shadow, recorder


def test_agreement_is_counted_and_recorded(fakes, told):
    async def scene():
        shadow, recorder = await opened(fakes)
        shadow.offer("r", fakes.inputs, told)
        await settled(shadow)
        assert shadow.counts() == (2, 1, 0, 0)
        (served,) = recorder.served
        assert (served.id, served.route, served.version, served.status) == ("r", "shadow", "v2", 200)
        assert served.inputs is None
        await shadow.stop(0.0)

    asyncio.run(scene())


def test_offering_neither_waits_nor_asks_at_once(fakes, told):
    async def scene():
        shadow, _ = await opened(fakes, gate=asyncio.Event())
        shadow.offer("r", fakes.inputs, told)
        assert shadow.upstream.runner.asked == []
        await shadow.stop(0.0)
        assert not shadow._tasks

    asyncio.run(scene())


def test_what_has_no_room_is_dropped_and_counted(fakes, told):
    async def scene():
        gate = asyncio.Event()
        shadow, _ = await opened(fakes, most=4, gate=gate)
        for i in range(5):
            shadow.offer(f"r{i}", fakes.inputs, told)
        assert shadow.counts().dropped == 6
        gate.set()
        await settled(shadow)
        assert shadow.counts() == (4, 2, 0, 6)
        shadow.offer("after", fakes.inputs, told)
        await settled(shadow)
        assert shadow.counts().answered == 6
        await shadow.stop(0.0)

    asyncio.run(scene())


def test_a_large_request_goes_alone(fakes):
    async def scene():
        shadow, _ = await opened(fakes, most=2)
        many = Answered(Answers(np.zeros((9, 3), np.float32)), "main", "v1", "main")
        shadow.offer("r", np.zeros((9, 4), np.float32), many)
        await settled(shadow)
        assert shadow.counts().answered == 9
        await shadow.stop(0.0)

    asyncio.run(scene())


@pytest.mark.parametrize("status", [429, 503, 504])
def test_its_failures_are_counted_and_told_to_nobody(fakes, told, status):
    async def scene():
        shadow, recorder = await opened(fakes, status=status)
        shadow.offer("r", fakes.inputs, told)
        await settled(shadow)
        assert shadow.counts() == (0, 0, 2, 0)
        assert recorder.served[0].status == status
        await shadow.stop(0.0)

    asyncio.run(scene())


def test_one_that_cannot_start_harms_nobody(fakes, told, caplog):
    async def scene():
        shadow, _ = await opened(fakes, breaks="no memory")
        shadow.offer("r", fakes.inputs, told)
        assert shadow.counts().dropped == 2
        await shadow.stop(0.0)

    asyncio.run(scene())
    assert "does not run, the service goes on without: no memory" in caplog.text


def test_a_fault_of_its_code_is_in_the_log(fakes, told, caplog):
    async def scene():
        shadow, _ = await opened(fakes)
        other = Answered(Answers(np.zeros((3, 3), np.float32)), "main", "v1", "main")
        shadow.offer("r", fakes.inputs, other)
        with pytest.raises(ValueError, match="broadcast"):
            await settled(shadow)
        await asyncio.sleep(0)
        await shadow.stop(0.0)

    asyncio.run(scene())
    assert "shadow shadow failed" in caplog.text


def test_its_share_follows_from_the_id(fakes, told):
    async def scene():
        shadow, _ = await opened(fakes, share=0.2, most=10_000)
        for i in range(500):
            shadow.offer(f"r{i}", fakes.inputs, told)
        await settled(shadow)
        await shadow.stop(0.0)
        return shadow.counts().answered // 2

    counts = {asyncio.run(scene()) for _ in range(2)}
    assert len(counts) == 1
    assert 60 < counts.pop() < 140
