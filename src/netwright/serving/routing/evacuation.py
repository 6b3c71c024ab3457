"""Evacuation: requests that wait for a model which is gone are freed, so that another can answer them."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from netwright.records.errors import RequestError
from netwright.serving.engine import Answers

LOOK = 0.25
"""Seconds between two looks; who waits is freed at the second look that finds the model gone."""


class Evacuation:
    """Waits for answers of a model as long as it is there.

    A worker that dies fails the requests that it was computing at once, but what stands in its queue would wait for the
    next worker to load the model. Whoever waits is looked after together, every 0.25 s: where the model is gone at two
    looks in a row, everybody who waits gets a 503, within 0.5 s of its death. One request costs an entry in a set.

    Args:
        there: Whether the model can answer now.
    """

    def __init__(self, there: Callable[[], bool]) -> None:
        self._there = there
        self._waiting: set[asyncio.Task[Any]] = set()
        self._freed: set[asyncio.Task[Any]] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._gone = False

    async def wait(self, answers: Coroutine[Any, Any, Answers]) -> Answers:
        """Return what is awaited, for as long as the model is there.

        Args:
            answers: Of the model.

        Returns:
            Them.

        Raises:
            RequestError: 503: the model is gone; and whatever awaiting them raises.
            CancelledError: Somebody else cancelled the request.
        """
        task = asyncio.current_task()
        if task is None:
            return await answers
        cancelled = task.cancelling()
        self._waiting.add(task)
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(LOOK, self._look)
        try:
            return await answers
        except asyncio.CancelledError as error:
            # as asyncio.timeout does: our own cancelling is taken back, that of anybody else goes on
            if task in self._freed and task.uncancel() <= cancelled:
                raise RequestError(503, "the model is gone while this request waited for it; send it again") from error
            raise
        finally:
            self._waiting.discard(task)
            self._freed.discard(task)

    def end(self) -> None:
        """Free nobody any more: the model stops in good order and answers what waits."""
        self._there = lambda: True

    def _look(self) -> None:
        self._timer = None
        gone = not self._there()
        if gone and self._gone:
            for task in self._waiting - self._freed:
                self._freed.add(task)
                task.cancel()
        self._gone = gone
        if self._waiting:
            self._timer = asyncio.get_running_loop().call_later(LOOK, self._look)
