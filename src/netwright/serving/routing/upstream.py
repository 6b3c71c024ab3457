"""One model that requests can be routed to: its runner, its circuit breaker, and what is said of its answers."""

import logging
import time

import numpy as np

from netwright.monitoring.event import Route
from netwright.records.errors import RequestError
from netwright.serving.execution.runner import Runner
from netwright.serving.forms.form import Inputs
from netwright.serving.routing.answered import Answered
from netwright.serving.routing.breaker import Breaker
from netwright.serving.routing.evacuation import Evacuation

UNAVAILABLE = 503
_log = logging.getLogger(__name__)


class Upstream:
    """A runner and what is said of its answers.

    Args:
        runner: What answers.
        version: Of its package.
        route: What a request that it answers came by.
    """

    def __init__(self, runner: Runner, version: str, route: Route) -> None:
        self.runner = runner
        self.name = runner.name
        self.version = version
        self.route = route
        self._breaker = Breaker()
        self._evacuation = Evacuation(lambda: runner.ready)
        self._failing = False

    @property
    def ready(self) -> bool:
        """Whether a request would be tried on it now: its runner is ready, and has not just failed again and again.

        Whoever failed again and again counts as ready when the next trial is due: without requests there is none.
        """
        return self.runner.ready and self._breaker.would_allow(time.monotonic())

    def allows(self) -> bool:
        """Return whether a request should be tried on it; asked once a request."""
        return self.runner.ready and self._breaker.allows(time.monotonic())

    async def answer(self, inputs: Inputs, deadline: float) -> Answered:
        """Return its answer.

        Args:
            inputs: Of one request.
            deadline: As `Runner.answer` has it.

        Returns:
            The answer and where it comes from.

        Raises:
            RequestError: As `Runner.answer` says; 503 is what counts as its failure.
        """
        try:
            answers = await self._evacuation.wait(self.runner.answer(inputs, deadline))
            if np.isnan(answers.logits).any():
                raise RequestError(UNAVAILABLE, f"{self.name} answered what is no number")
        except RequestError as error:
            if error.status == UNAVAILABLE:
                self._failed(error)
            raise
        if self._failing:
            self._failing = False
            _log.warning("%s (%s) answers again", self.name, self.route)
        self._breaker.succeeded()
        return Answered(answers, self.name, self.version, self.route)

    async def stop(self, limit: float) -> None:
        """Answer what waits, then end; as `Runner.stop`."""
        self._evacuation.end()
        await self.runner.stop(limit)

    def _failed(self, error: RequestError) -> None:
        # of a model that died its runner says so itself, and when it is back
        if self.runner.ready:
            self._breaker.failed(time.monotonic())
        if not self._failing:
            _log.warning("%s (%s) could not answer: %s", self.name, self.route, error)
        self._failing = True
