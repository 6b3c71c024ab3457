import asyncio
import errno
import math
import time

import numpy as np
import pytest
from tests.serving.execution.steered_engines import Steered, rows

from netwright.records.errors import PackageError
from netwright.serving.execution import worker as module
from netwright.serving.execution.frames import Answered, Beat, Opened, packed
from netwright.serving.execution.patience import Patience
from netwright.serving.execution.pending import Pending, Piece
from netwright.serving.execution.worker import Ears, Worker
from netwright.serving.execution.workers import WorkerRunner
from netwright.serving.settings import Settings


class Channel(asyncio.Transport):
    """Keeps what is written to it."""

    def __init__(self):
        super().__init__()
        self.parts = []

    def writelines(self, parts):
        self.parts += parts


def frame(message, *arrays):
    return b"".join(packed(message, *arrays))


def test_a_worker_that_was_given_up_is_not_heard_any_more():
    async def listen():
        told = []
        ears = Ears(
            opened=lambda: told.append("opened"),
            answered=lambda pieces, *_: told.append(("answered", len(pieces))),
            failed=lambda pieces, _: told.append(("failed", len(pieces))),
            lost=lambda pieces: told.append(("lost", len(pieces))),
        )
        worker = Worker(b"", ears, 1.0, 1, Patience(batch=5.0))
        channel = Channel()
        worker.connection_made(channel)
        worker.data_received(frame(Opened("it")))
        assert worker.free
        pending = Pending(rows([1]), math.inf, asyncio.get_running_loop().create_future())
        worker.ask([Piece(pending, 0, 1)])
        assert not worker.free
        late = frame(Answered(1, 0.1, (1, 2), None), np.zeros((1, 2), dtype=np.float32))
        # in one stretch: too long, and then the answer, and as if it had begun anew
        worker.data_received(frame(Beat(time.monotonic() - 6)) + late + frame(Opened("it")))
        assert not worker.ready
        worker.connection_lost(None)
        return told

    assert asyncio.run(listen()) == ["opened", ("lost", 1)]


def test_a_machine_that_has_no_process_left_is_told_and_not_waited_for(monkeypatch, caplog):
    def refuse(*_, **__):
        raise OSError(errno.EAGAIN, "Resource temporarily unavailable")

    monkeypatch.setattr(module.subprocess, "Popen", refuse)
    runner = WorkerRunner("it", Steered, Settings(), patience=Patience(first=0.0, tries=2))
    with pytest.raises(PackageError, match=r"could not be started: .*temporarily unavailable"):
        asyncio.run(runner.start())
    assert "given up" in caplog.text
