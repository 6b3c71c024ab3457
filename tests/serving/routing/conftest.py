import asyncio
from dataclasses import dataclass, field
from types import SimpleNamespace

import numpy as np
import pytest

from netwright.records.errors import RequestError
from netwright.serving.engine import Answers
from netwright.serving.routing.upstream import Upstream


@dataclass
class FakeRunner:
    """Answers as it is told: class `says`, or an error of `status`; a closed gate makes requests wait."""

    name: str = "model"
    says: int = 0
    status: int = 200
    ready: bool = False
    waiting: int = 0
    room: float | None = None
    breaks: str = ""
    gate: asyncio.Event | None = None
    asked: list = field(default_factory=list)
    stopped: list = field(default_factory=list)

    async def start(self):
        if self.breaks:
            raise RequestError(503, self.breaks)
        self.ready = True

    def full(self):
        return self.room

    async def answer(self, inputs, deadline):
        self.asked.append((len(inputs), deadline))
        if self.gate is not None:
            await self.gate.wait()
        if self.status != 200:
            raise RequestError(self.status, f"{self.name} says {self.status}", 0.5 if self.status == 429 else None)
        logits = np.zeros((len(inputs), 3), np.float32)
        logits[:, self.says] = 5
        return Answers(logits)

    async def stop(self, limit):
        self.ready = False
        self.stopped.append(limit)


class FakeRecorder:
    keeps_samples = False

    def __init__(self):
        self.served, self.labels, self.state = [], [], "new"

    def start(self):
        self.state = "started"

    def record(self, served):
        self.served.append(served)

    def label(self, labels):
        self.labels += labels
        return len(labels)

    def counts(self):
        return SimpleNamespace(accepted=len(self.served))

    def close(self):
        self.state = "closed"


@pytest.fixture
def fakes():
    def upstream(route="main", version="v1", **options):
        runner = FakeRunner(name=options.pop("name", route), ready=options.pop("ready", True), **options)
        return Upstream(runner, version, route)

    inputs = np.zeros((2, 4), np.float32)
    return SimpleNamespace(upstream=upstream, runner=FakeRunner, recorder=FakeRecorder, inputs=inputs)
