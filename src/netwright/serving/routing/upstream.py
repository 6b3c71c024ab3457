"""One model that requests can be routed to: its runner, its circuit breaker, and what is said of its answers."""

import logging
import time
from typing import Protocol

from netwright.monitoring.event import Route
from netwright.records.errors import RequestError
from netwright.serving.execution.runner import Runner
from netwright.serving.forms.form import Inputs
from netwright.serving.routing.answered import Answered
from netwright.serving.routing.breaker import Breaker

UNAVAILABLE = 503
_log = logging.getLogger(__name__)


class QueuedRunner(Runner, Protocol):
    """A runner that says beforehand whether it would refuse."""

    def full(self) -> float | None:
        """Return the seconds after which there will be room in its queue; None while there is room."""
        ...


class Upstream:
    """A runner and what is said of its answers.

    Args:
        runner: What answers.
        version: Of its package.
        route: What a request that it answers came by.
    """

    def __init__(self, runner: QueuedRunner, version: str, route: Route) -> None:
        self.runner = runner
        self.name = runner.name
        self.version = version
        self.route = route
        self._breaker = Breaker()
        self._failing = False

    @property
    def ready(self) -> bool:
        """Whether it can answer now: its runner says so, and its answers have not failed again and again."""
        return self.runner.ready and self._breaker.closed

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
            answers = await self.runner.answer(inputs, deadline)
        except RequestError as error:
            if error.status == UNAVAILABLE:
                self._failed(error)
            raise
        if self._failing:
            self._failing = False
            _log.warning("%s (%s) answers again", self.name, self.route)
        self._breaker.succeeded()
        return Answered(answers, self.name, self.version, self.route)

    def _failed(self, error: RequestError) -> None:
        self._breaker.failed(time.monotonic())
        if not self._failing:
            _log.warning("%s (%s) could not answer: %s", self.name, self.route, error)
        self._failing = True
