import asyncio
import logging
import math
import os
from functools import partial
from pathlib import Path

import pytest
from tests.serving.execution.steered_engines import RAISE, Counting, Steered, cannot_open, expected, rows

from netwright.records.errors import PackageError
from netwright.serving.execution.choose import open_runner, seconds_of
from netwright.serving.execution.inline import InlineRunner
from netwright.serving.execution.workers import WorkerRunner
from netwright.serving.settings import Settings

FAST, SLOW = Settings(inline_below=10.0), Settings(inline_below=0.0)
EXAMPLE = rows([3, 4])


class Noting(Steered):
    """Notes in which processes it was opened."""

    def __init__(self, path):
        super().__init__()
        with Path(path).open("a") as file:
            file.write(f"{os.getpid()}\n")


@pytest.fixture
def chosen(tmp_path, caplog):
    """Opens a runner, asks it, stops it; returns its kind, whether the engine was opened here, and what was logged."""
    path = tmp_path / "opened"

    async def whole(settings, seconds):
        runner = await open_runner("it", partial(Noting, str(path)), EXAMPLE, settings, seconds=seconds)
        assert runner.ready
        answers = await runner.answer(EXAMPLE, math.inf)
        await runner.stop(10.0)
        assert answers.logits.tolist() == expected(EXAMPLE).logits.tolist()
        return type(runner)

    def run(settings, seconds):
        caplog.set_level(logging.INFO, "netwright.serving.execution.choose")
        kind = asyncio.run(whole(settings, seconds))
        return kind, str(os.getpid()) in path.read_text().split(), caplog.messages[-1]

    return run


def test_a_model_that_was_fast_and_is_runs_in_the_process_of_the_service(chosen):
    kind, here, told = chosen(FAST, 1e-5)
    assert (kind, here) == (InlineRunner, True)
    assert told.startswith("it runs in the process of the service")


@pytest.mark.parametrize("seconds", [20.0, math.inf])
def test_a_model_that_was_slow_is_never_opened_here(chosen, seconds):
    kind, here, told = chosen(FAST, seconds)
    assert (kind, here) == (WorkerRunner, False)
    assert "as was measured before" in told


def test_a_model_that_was_fast_elsewhere_and_is_slow_here_runs_apart(chosen):
    settings = Settings(inline_below=1e-12)
    kind, here, told = chosen(settings, 0.0)
    assert (kind, here) == (WorkerRunner, True)
    assert "more than was measured before" in told


def test_a_slow_model_of_which_nothing_is_known_is_never_opened_here(chosen):
    kind, here, told = chosen(SLOW, None)
    assert (kind, here) == (WorkerRunner, False)
    assert "measured in a worker" in told


def test_a_fast_model_of_which_nothing_is_known_comes_here(chosen):
    kind, here, _ = chosen(FAST, None)
    assert (kind, here) == (InlineRunner, True)


def test_a_model_that_cannot_be_opened_says_why():
    with pytest.raises(PackageError, match="no model here"):
        asyncio.run(open_runner("it", cannot_open, EXAMPLE, FAST))


def test_a_model_that_cannot_answer_its_example_is_no_choice():
    with pytest.raises(PackageError, match="cannot answer the example"):
        asyncio.run(open_runner("it", Steered, rows([RAISE]), FAST))


def test_the_time_of_a_sample_is_that_of_one_sample():
    engine = Counting()
    assert 0 < seconds_of(engine, EXAMPLE[:1], repeats=3) < math.inf
    assert engine.batches == [[3.0]] * 4
