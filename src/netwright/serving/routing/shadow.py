"""A shadow: another version that sees a share of the requests, while nobody waits for what it says."""

import asyncio
import logging
import time
from typing import NamedTuple

from netwright.records.errors import NetwrightError, RequestError
from netwright.serving.forms.form import Inputs
from netwright.serving.routing.answered import Answered
from netwright.serving.routing.upstream import Upstream
from netwright.serving.telemetry.recorder import Recorder
from netwright.serving.telemetry.served import Served
from netwright.serving.telemetry.split import Split
from netwright.serving.telemetry.unrecorded import Unrecorded

PATIENCE = 10.0
"""Seconds after which the answer to a copy is no longer waited for."""
_log = logging.getLogger(__name__)


class ShadowCounts(NamedTuple):
    """What became of the samples whose copies went to the shadow.

    Args:
        answered: Samples that it answered.
        agreed: Those of these of which it predicted the class that main had told the caller.
        failed: Samples that it could not answer.
        dropped: Samples that it never saw: too many waited, or it was not running.
    """

    answered: int
    agreed: int
    failed: int
    dropped: int


class Shadow:
    """Sends copies of requests that main answered to another version.

    A copy waits in a queue of the shadow's own and is dropped where that is full. What the shadow says is compared with
    what the caller was told, recorded under the route `shadow`, and told to nobody. It should run in processes of its
    own, so that it takes no turn of the event loop.

    Args:
        upstream: What answers the copies.
        share: Of the requests, from 0 to 1.
        most: Samples that may wait for it.
        recorder: Where its events go.
    """

    def __init__(self, upstream: Upstream, share: float, most: int, recorder: Recorder | Unrecorded) -> None:
        self.upstream = upstream
        self._split = Split(f"shadow {upstream.version}", share)
        self._most = most
        self._recorder = recorder
        self._tasks: set[asyncio.Task[None]] = set()
        self._open = False
        self._waiting = 0
        self._answered, self._agreed, self._failed, self._dropped = 0, 0, 0, 0

    def begin(self) -> None:
        """Start it beside the service, which does not wait for it."""
        self._keep(asyncio.create_task(self._start()))

    def offer(self, request_id: str, inputs: Inputs, told: Answered) -> None:
        """Send a copy of a request where it belongs to the share and there is room; returns at once.

        Args:
            request_id: Of the request.
            inputs: Of it.
            told: What its caller is told.
        """
        if not self._split.takes(request_id):
            return
        samples = len(inputs)
        # a request with more samples than may wait goes alone
        if not self._open or (self._waiting and self._waiting + samples > self._most):
            self._dropped += samples
            return
        self._waiting += samples
        self._keep(asyncio.create_task(self._compare(request_id, inputs, told)))

    def counts(self) -> ShadowCounts:
        """Return what became of the copies so far."""
        return ShadowCounts(self._answered, self._agreed, self._failed, self._dropped)

    async def stop(self, limit: float) -> None:
        """Give up what waits, and end."""
        self._open = False
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.upstream.stop(limit)

    async def _start(self) -> None:
        try:
            await self.upstream.runner.start()
        except NetwrightError as error:
            _log.warning("shadow %s does not run, the service goes on without: %s", self.upstream.name, error)
            return
        self._open = True

    async def _compare(self, request_id: str, inputs: Inputs, told: Answered) -> None:
        began = time.monotonic()
        try:
            answered = await self.upstream.answer(inputs, began + PATIENCE)
        except RequestError as error:
            self._failed += len(inputs)
            self._record(request_id, error.status, began, None)
            return
        finally:
            self._waiting -= len(inputs)
        same = answered.answers.logits.argmax(1) == told.answers.logits.argmax(1)
        self._answered += len(inputs)
        self._agreed += int(same.sum())
        self._record(request_id, 200, began, answered)

    def _record(self, request_id: str, status: int, began: float, answered: Answered | None) -> None:
        latency = time.monotonic() - began
        answers = None if answered is None else answered.answers
        one = self.upstream
        self._recorder.record(
            Served(request_id, time.time(), one.version, one.name, "shadow", status, latency, answers)
        )

    def _keep(self, task: asyncio.Task[None]) -> None:
        # the loop itself holds tasks weakly
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("shadow %s failed", self.upstream.name, exc_info=error)
