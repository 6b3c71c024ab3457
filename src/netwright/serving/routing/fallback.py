"""Fallback: the next-best measured candidate where the best cannot answer, and a constant where none can."""

from collections.abc import Sequence

from netwright.records.errors import RequestError
from netwright.serving.engine import Engine
from netwright.serving.forms.form import Inputs
from netwright.serving.routing.answered import Answered
from netwright.serving.routing.upstream import UNAVAILABLE, Upstream


class Fallback:
    """Asks models in order until one answers; the last resort answers always.

    Only 503 (a model that died, is not running or failed) leads on to the next. A full queue (429) does not: to send
    what one model has no time for to the next would overload that one too, and hide it. Neither do a passed deadline
    (504) and a bad request (400). A model that is not ready, or whose circuit breaker is open, is passed over at once.

    Args:
        upstreams: Best first.
        constant: What answers when none of them can.
        version: Of the constant's package.
    """

    def __init__(self, upstreams: Sequence[Upstream], constant: Engine, version: str) -> None:
        self.upstreams = tuple(upstreams)
        self._constant = constant
        self._version = version

    @property
    def ready(self) -> bool:
        """Whether a model can answer; the constant, which knows nothing of the request, does not count."""
        return any(upstream.ready for upstream in self.upstreams)

    def behind(self, upstream: Upstream) -> "Fallback":
        """Return the same with another model in front."""
        return Fallback((upstream, *self.upstreams), self._constant, self._version)

    def full(self) -> float | None:
        """Return the seconds after which a request would no longer be refused, None where it would not be now."""
        first = next((upstream for upstream in self.upstreams if upstream.ready), None)
        return None if first is None else first.runner.full()

    async def answer(self, inputs: Inputs, deadline: float) -> Answered:
        """Return the answer of the first that has one.

        Args:
            inputs: Of one request.
            deadline: As `Runner.answer` has it.

        Returns:
            The answer and where it comes from.

        Raises:
            RequestError: 400, 429 or 504, as the first that was asked says.
        """
        for upstream in self.upstreams:
            if not upstream.allows():
                continue
            try:
                return await upstream.answer(inputs, deadline)
            except RequestError as error:
                if error.status != UNAVAILABLE:
                    raise
        return Answered(self._constant.answer(inputs), self._constant.name, self._version, "constant")
