"""A model in the event loop itself: for models that answer faster than a message to another process travels."""

import asyncio
import logging
import time

from netwright.records.errors import RequestError
from netwright.serving.engine import Answers, Engine
from netwright.serving.execution.backlog import Backlog, Counts
from netwright.serving.execution.pending import Pending, Piece, gathered, spread
from netwright.serving.forms.form import Inputs
from netwright.serving.settings import Settings

logger = logging.getLogger(__name__)


class InlineRunner:
    """Runs an engine in the event loop: what arrives in one turn of the loop is computed in one batch.

    One batch is computed in a turn. What is left waits for the next, so that between two batches the loop refuses
    what does not fit and answers the questions about its health.

    Args:
        name: Of the candidate.
        engine: What answers; nobody else uses it.
        settings: `batch` and `queue`.
    """

    def __init__(self, name: str, engine: Engine, settings: Settings) -> None:
        self.name = name
        self._engine = engine
        self._most = settings.batch
        self._backlog = Backlog(name, settings.queue)
        self._scheduled = False
        self._open = False

    @property
    def ready(self) -> bool:
        """Whether it can answer now."""
        return self._open

    @property
    def waiting(self) -> int:
        """Samples that are queued and not yet answered."""
        return self._backlog.queued

    @property
    def counts(self) -> Counts:
        """What became of its requests."""
        return self._backlog.counts

    def full(self) -> float | None:
        """Return the seconds after which there will be room in the queue; None while there is room."""
        return self._backlog.full()

    async def start(self) -> None:
        """Begin."""
        self._open = True

    async def answer(self, inputs: Inputs, deadline: float) -> Answers:
        """Return the answers to inputs (N, *shape).

        Args:
            inputs: Of one request.
            deadline: Time of `time.monotonic()` after which nobody waits for them.

        Returns:
            Theirs, in order.

        Raises:
            RequestError: As `Runner.answer` says.
        """
        if not self._open:
            raise RequestError(503, f"{self.name} is not running")
        loop = asyncio.get_running_loop()
        pending = Pending(inputs, deadline, loop.create_future())
        self._backlog.add(pending)
        if not self._scheduled:
            self._scheduled = True
            loop.call_soon(self._turn)
        return await pending.future

    async def stop(self, limit: float) -> None:
        """Answer what waits, for `limit` seconds at most; what waits still is told that nobody answers it."""
        self._open = False
        until = time.monotonic() + limit
        while self._backlog.queued and time.monotonic() < until:
            # each turn of the loop computes a batch
            await asyncio.sleep(0)
        self._backlog.fail_all(503, f"{self.name} stopped before it came to this request; send it again")

    def _turn(self) -> None:
        pieces = self._backlog.take(self._most)
        if pieces:
            self._compute(pieces)
        self._scheduled = self._backlog.queued > 0
        if self._scheduled:
            asyncio.get_running_loop().call_soon(self._turn)

    def _compute(self, pieces: list[Piece]) -> None:
        inputs = gathered(pieces)
        began = time.perf_counter()
        try:
            answers = self._engine.answer(inputs)
            if len(answers.logits) != len(inputs):
                raise ValueError(f"{len(answers.logits)} answers to {len(inputs)} samples")
        except Exception:
            # an engine may raise anything, and what one request provokes must not end the service
            logger.exception("%s failed on a batch of %d samples", self.name, len(inputs))
            self._failed(pieces)
            return
        self._backlog.done(pieces, time.perf_counter() - began)
        spread(pieces, answers)

    def _failed(self, pieces: list[Piece]) -> None:
        self._backlog.counts.failed += 1
        if len(pieces) == 1:
            self._backlog.done(pieces)
            pieces[0].pending.fail(503, f"{self.name} failed on this request; its log says why")
            return
        # the requests that came along with a bad one are not to blame
        for piece in pieces:
            self._compute([piece])
