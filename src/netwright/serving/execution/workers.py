"""A model in processes of its own: a crash of it costs what is in them, and nothing else."""

import asyncio
import logging
import math
import time
from collections import deque
from collections.abc import Callable
from multiprocessing.reduction import ForkingPickler

from netwright.records.errors import InputError, PackageError, RequestError
from netwright.serving.engine import Answers, Engine
from netwright.serving.execution.backlog import Backlog, Counts
from netwright.serving.execution.patience import Patience
from netwright.serving.execution.pending import Pending, Piece, spread
from netwright.serving.execution.worker import Ears, Worker
from netwright.serving.forms.form import Inputs
from netwright.serving.settings import Settings

logger = logging.getLogger(__name__)

Opener = Callable[[], Engine]
"""Opens an engine in the process that will use it; multiprocessing can pickle it."""


class WorkerRunner:
    """Runs an engine in worker processes: a free worker gets what waits, `settings.batch` samples at most.

    A worker that dies fails the requests that it was computing; what waits stays for the next, or ends at its
    deadline. It is started again after a pause that doubles with each death in a row; one that cannot even open its
    engine again and again is given up.

    Args:
        name: Of the candidate.
        opener: Gives the engine.
        settings: `batch`, `queue`, `heartbeat` and `threads`.
        workers: Processes.
        patience: Limits of each.

    Raises:
        InputError: There is to be no worker.
    """

    def __init__(
        self, name: str, opener: Opener, settings: Settings, workers: int = 1, patience: Patience | None = None
    ) -> None:
        if workers < 1:
            raise InputError(f"{name}: found {workers} workers; ask for 1 at least")
        self.name = name
        self._letter = bytes(ForkingPickler.dumps(opener))
        self._settings = settings
        self._patience = patience or Patience()
        self._backlog = Backlog(name, settings.queue)
        self._again: deque[Piece] = deque()
        self._asked: set[Pending] = set()
        self._places: list[Worker | None] = [None] * workers
        self._keepers: list[asyncio.Task[None]] = []
        self._started: asyncio.Future[None] | None = None
        self._scheduled = False
        self._open = False
        self._ears = Ears(self._opened, self._answered, self._failed, self._lost)

    @property
    def ready(self) -> bool:
        """Whether a worker is there that can answer."""
        return self._open and any(worker.ready for worker in self.workers)

    @property
    def workers(self) -> list[Worker]:
        """The processes that there are, ready or not."""
        return [worker for worker in self._places if worker is not None]

    @property
    def waiting(self) -> int:
        """Samples that are queued and not yet answered."""
        return self._backlog.queued + self._backlog.computing

    @property
    def counts(self) -> Counts:
        """What became of its requests."""
        return self._backlog.counts

    @property
    def fastest(self) -> float:
        """Seconds of an engine for one sample in the fastest batch so far; infinity before the first."""
        return self._backlog.pace.fastest

    def full(self) -> float | None:
        """Return the seconds after which there will be room in the queue; None while there is room."""
        return self._backlog.full(len(self.workers))

    async def start(self) -> None:
        """Start the workers; returns when the first is ready.

        Raises:
            PackageError: The engine cannot be opened, or every worker died until it was given up.
        """
        loop = asyncio.get_running_loop()
        self._open = True
        started = self._started = loop.create_future()
        self._keepers = [loop.create_task(self._keep(place)) for place in range(len(self._places))]
        try:
            await started
        except BaseException:
            await self.stop(0.0)
            raise

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
        self._backlog.add(pending, len(self.workers))
        self._asked.add(pending)
        # a request ends at its deadline also while there is no worker that could come to it
        left = deadline - time.monotonic()
        timer = loop.call_later(max(left, 0.0), self._backlog.expire, pending) if left < math.inf else None
        self._schedule()
        try:
            return await pending.future
        finally:
            if timer is not None:
                timer.cancel()
            self._asked.discard(pending)
            self._backlog.leave(pending)

    async def stop(self, limit: float) -> None:
        """Answer what waits, for `limit` seconds at most; then end the workers, and wait until they are gone."""
        self._open = False
        futures = [pending.future for pending in self._asked]
        if futures and limit > 0:
            await asyncio.wait(futures, timeout=limit)
        for keeper in self._keepers:
            keeper.cancel()
        await asyncio.gather(*self._keepers, return_exceptions=True)
        self._keepers = []
        self._end(f"{self.name} stopped before it answered this request; send it again")

    async def _keep(self, place: int) -> None:
        """Have a worker at a place, and another when it dies, until one is given up."""
        deaths = unopened = 0
        while True:
            worker = self._places[place] = Worker(
                self._letter, self._ears, self._settings.heartbeat, self._settings.threads, self._patience
            )
            began = time.monotonic()
            try:
                reason = await worker.run()
            finally:
                self._places[place] = None
            deaths = 1 if time.monotonic() - began > self._patience.settled else deaths + 1
            # one that a request ended had opened its engine, and the next request may be another
            unopened = 0 if worker.opened else unopened + 1
            if self._gives_up(worker, reason, unopened):
                return
            pause = self._patience.pause(deaths)
            logger.warning("a worker of %s was lost: %s; another is started in %g s", self.name, reason, pause)
            await asyncio.sleep(pause)
            self.counts.restarts += 1

    def _gives_up(self, worker: Worker, reason: str, unopened: int) -> bool:
        starting = self._started is not None and not self._started.done()
        # an engine that cannot be opened when the service starts is a fault of the package, and no accident
        if unopened < self._patience.tries and not (starting and worker.refusal):
            return False
        why = worker.refusal or f"its worker died {unopened} times before it could answer, {reason}"
        message = f"{self.name} cannot run: {why}"
        logger.error("%s; it is given up until the service is started again", message)
        if not self.workers and not any(keeper is not asyncio.current_task() for keeper in self._running()):
            self._open = False
            self._end(f"{self.name} has no worker left; its log says why")
            if starting and self._started is not None:
                self._started.set_exception(PackageError(message))
        return True

    def _running(self) -> list["asyncio.Task[None]"]:
        return [keeper for keeper in self._keepers if not keeper.done()]

    def _opened(self) -> None:
        if self._started is not None and not self._started.done():
            self._started.set_result(None)
        self._schedule()

    def _answered(self, pieces: list[Piece], answers: Answers, seconds: float) -> None:
        self._backlog.done(pieces, seconds)
        spread(pieces, answers)
        self._schedule()

    def _failed(self, pieces: list[Piece], reason: str) -> None:
        self.counts.failed += 1
        logger.error("%s failed on a batch of %d requests: %s", self.name, len(pieces), reason)
        if len(pieces) == 1:
            self._backlog.done(pieces)
            pieces[0].pending.fail(503, f"{self.name} failed on this request; its log says why")
        else:
            # the requests that came along with a bad one are not to blame: each is tried alone
            self._again.extend(pieces)
        self._schedule()

    def _lost(self, pieces: list[Piece]) -> None:
        self._backlog.done(pieces)
        for piece in pieces:
            piece.pending.fail(503, f"the process of {self.name} died on this request; send it again")

    def _end(self, message: str) -> None:
        """End whatever is unanswered."""
        self._backlog.done(list(self._again))
        self._again.clear()
        for pending in self._asked:
            pending.fail(503, message)

    def _schedule(self) -> None:
        # at the end of this turn of the loop, so that what arrives in it goes together
        if not self._scheduled:
            self._scheduled = True
            asyncio.get_running_loop().call_soon(self._dispatch)

    def _dispatch(self) -> None:
        self._scheduled = False
        for worker in self.workers:
            if worker.free:
                pieces = self._next()
                if not pieces:
                    return
                worker.ask(pieces)

    def _next(self) -> list[Piece]:
        while self._again:
            piece = self._again.popleft()
            if not piece.pending.future.done():
                return [piece]
            self._backlog.done([piece])
        return self._backlog.take(self._settings.batch)
