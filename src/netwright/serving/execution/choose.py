"""Where a model runs: in the service's own process where it is fast, in workers where it would hold up the others."""

import logging
import math
import time
from functools import partial

from netwright.records.errors import PackageError, RequestError
from netwright.serving.engine import Engine
from netwright.serving.execution.inline import InlineRunner
from netwright.serving.execution.runner import Runner
from netwright.serving.execution.workers import Opener, WorkerRunner
from netwright.serving.forms.form import Inputs
from netwright.serving.settings import Settings

logger = logging.getLogger(__name__)

REPEATS = 7
HERE, APART = "in the process of the service", "in processes of its own"


async def open_runner(
    name: str, opener: Opener, example: Inputs, settings: Settings, *, seconds: float | None = None, workers: int = 1
) -> Runner:
    """Return a runner that has started: inline where one sample takes less than `settings.inline_below`.

    What was measured when the package was made tells whether it is worth a try; what is measured here decides, since
    this may be another machine. A model that was too slow then is opened in workers only, and so is one of which
    nothing is known: what it needs (torch, say) then never comes into this process unless it is fast.

    Args:
        name: Of the candidate.
        opener: Gives its engine, in whichever process.
        example: Inputs (N, *shape), N >= 1; the first sample is used.
        settings: How the service is run.
        seconds: For one sample, as was measured before; None where nothing was. Infinity keeps it out of this process.
        workers: Processes, where it needs any.

    Returns:
        The runner.

    Raises:
        PackageError: Its engine cannot be opened, or cannot answer the example.
    """
    sample = example[:1]
    limit = settings.inline_below
    if seconds is None:
        runner = WorkerRunner(name, opener, settings, workers)
        await runner.start()
        found = await _seconds_in(runner, sample)
        if found >= limit:
            return _told(runner, APART, found, "measured in a worker")
        await runner.stop(0.0)
    elif seconds >= limit:
        runner = WorkerRunner(name, opener, settings, workers)
        await runner.start()
        return _told(runner, APART, seconds, "as was measured before")
    engine = opener()
    found = seconds_of(engine, sample)
    if found < limit:
        inline = InlineRunner(name, engine, settings)
        await inline.start()
        return _told(inline, HERE, found, "measured here")
    del engine
    runner = WorkerRunner(name, opener, settings, workers)
    await runner.start()
    return _told(runner, APART, found, "measured here, which is more than was measured before")


def seconds_of(engine: Engine, sample: Inputs, repeats: int = REPEATS) -> float:
    """Return the seconds that an engine takes for one sample: the smallest of some, after one that warms it up.

    Noise of a machine only ever adds time, so the smallest is the nearest to what the engine itself takes.

    Args:
        engine: The engine.
        sample: Inputs (1, *shape).
        repeats: Measurements.

    Returns:
        Seconds.
    """
    return min(map(partial(_timed, engine), [sample] * (repeats + 1)))


def _timed(engine: Engine, sample: Inputs) -> float:
    began = time.perf_counter()
    engine.answer(sample)
    return time.perf_counter() - began


async def _seconds_in(runner: WorkerRunner, sample: Inputs) -> float:
    try:
        for _ in range(REPEATS + 1):
            await runner.answer(sample, math.inf)
    except BaseException as error:
        await runner.stop(0.0)
        if isinstance(error, RequestError):
            raise PackageError(f"{runner.name} cannot answer the example of its package: {error}") from error
        raise
    return runner.fastest


def _told(runner: Runner, where: str, seconds: float, how: str) -> Runner:
    logger.info("%s runs %s: %.3g ms for a sample, %s", runner.name, where, 1e3 * seconds, how)
    return runner
