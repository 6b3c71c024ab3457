import asyncio
from dataclasses import dataclass, field
from types import SimpleNamespace

import numpy as np
import pytest

from netwright.records.errors import RequestError
from netwright.serving.engine import Answers
from netwright.serving.engines.constant_engine import ConstantEngine
from netwright.serving.execution.backlog import Counts
from netwright.serving.routing.canary import Canary
from netwright.serving.routing.fallback import Fallback
from netwright.serving.routing.rollback import Rollback, Tolerances
from netwright.serving.routing.rollout_file import RolloutFile
from netwright.serving.routing.service import Service
from netwright.serving.routing.shadow import Shadow
from netwright.serving.routing.upstream import Upstream

PACKAGE = SimpleNamespace(manifest="manifest", form="form", version="v1", reference="reference")
PRIOR = (0.2, 0.3, 0.5)


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
    counts: Counts = field(default_factory=Counts)
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


@pytest.fixture
def scene(fakes, tmp_path):
    """Return a service of fakes: main says class 0, its fallback 1, the canary and the shadow 2."""

    def made(main=None, second=None, share=None, shadow=False):
        recorder = fakes.recorder()
        one = main or fakes.upstream(ready=False)
        next_best = second or fakes.upstream("fallback", ready=False, says=1)
        new = fakes.upstream("canary", version="v2", ready=False, says=2)
        canary = None
        if share is not None:
            canary = Canary(new, "v1", share, Rollback(Tolerances()), RolloutFile(tmp_path / "rollout.json"))
        copy = (
            Shadow(fakes.upstream("shadow", version="v3", ready=False, says=2), 1.0, 64, recorder) if shadow else None
        )
        fallback = Fallback([one, next_best], ConstantEngine(PRIOR), "v1")
        service = Service(PACKAGE, fallback, recorder, canary, copy)
        models = {"main": one.runner, "fallback": next_best.runner, "tried": new.runner}
        return SimpleNamespace(service=service, recorder=recorder, canary=canary, shadow=copy, **models)

    return made
