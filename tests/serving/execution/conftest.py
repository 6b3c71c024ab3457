"""What the tests of execution share: two kinds of runners, made alike."""

import asyncio
from functools import partial
from pathlib import Path

import pytest
from tests.serving.execution.steered_engines import Steered

from netwright.serving.execution.inline import InlineRunner
from netwright.serving.execution.workers import WorkerRunner
from netwright.serving.settings import Settings

ROOT = Path(__file__).parents[3]


@pytest.fixture(autouse=True)
def _found_by_workers(monkeypatch):
    # a worker searches for its engine where this process does
    monkeypatch.syspath_prepend(ROOT)


def make_inline(opener, settings):
    return InlineRunner("it", opener(), settings)


def make_workers(opener, settings):
    return WorkerRunner("it", opener, settings)


def make_two_workers(opener, settings):
    return WorkerRunner("it", opener, settings, workers=2)


@pytest.fixture(params=[make_inline, make_workers, make_two_workers], ids=["inline", "worker", "two workers"])
def make(request):
    """Makes a runner of a kind, from what opens its engine and settings."""
    return request.param


@pytest.fixture
def seen(tmp_path):
    """What opens an engine that notes what it is asked, and what returns its batches so far."""
    log = tmp_path / "seen"
    log.touch()
    return partial(Steered, str(log)), lambda: [
        [float(word) for word in line.split()] for line in log.read_text().splitlines()
    ]


@pytest.fixture
def running():
    """Runs a function of a runner that was started, and stops it."""

    def run(runner, function, limit=30.0):
        async def whole():
            await runner.start()
            try:
                return await function(runner)
            finally:
                await runner.stop(limit)

        return asyncio.run(whole())

    return run


@pytest.fixture
def quick():
    """Settings with a heartbeat that tests can wait for."""
    return Settings(heartbeat=0.3, batch=4, queue=64)
