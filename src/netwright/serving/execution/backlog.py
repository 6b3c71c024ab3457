"""What waits for a model: bounded, in order, and gone once nobody waits for it."""

import time
from collections import deque
from dataclasses import dataclass

from netwright.records.errors import RequestError
from netwright.serving.execution.pace import Pace
from netwright.serving.execution.pending import Pending, Piece


@dataclass
class Counts:
    """What became of the requests of a runner, since it began.

    Args:
        accepted: Requests that were let in.
        refused: Requests that found the queue full.
        expired: Requests whose deadline passed before they were answered.
        batches: Batches that were handed to the model.
        samples: Samples in them.
        failed: Batches that the model could not answer.
        restarts: Times that a worker was started again.
    """

    accepted: int = 0
    refused: int = 0
    expired: int = 0
    batches: int = 0
    samples: int = 0
    failed: int = 0
    restarts: int = 0


class Backlog:
    """The queue of one model.

    At most `limit` samples wait. A request with more samples than that is let in where nothing else waits, else it
    could never be answered.

    Args:
        name: Of the model, for messages.
        limit: Samples that wait at most.
    """

    def __init__(self, name: str, limit: int) -> None:
        self.counts = Counts()
        self.pace = Pace()
        self.queued = 0
        self.computing = 0
        self._name = name
        self._limit = limit
        self._queue: deque[Pending] = deque()

    def full(self, workers: int = 1) -> float | None:
        """Return the seconds after which there will be room; None while there is room for a sample.

        Args:
            workers: That answer side by side.

        Returns:
            Seconds, 1 where nothing was measured yet.
        """
        if self.queued < self._limit:
            return None
        return self.pace.until(self.queued, workers) or 1.0

    def add(self, pending: Pending, workers: int = 1) -> None:
        """Let a request in.

        Args:
            pending: The request.
            workers: That answer side by side.

        Raises:
            RequestError: 400 where it has no samples; 429 where there is no room for it.
        """
        if not pending.samples:
            raise RequestError(400, "the request has no samples; send at least 1")
        if self.queued and self.queued + pending.samples > self._limit:
            self.counts.refused += 1
            message = (
                f"{self.queued} samples wait for {self._name} already, and {pending.samples} more would be over "
                f"its limit of {self._limit}; send them again later"
            )
            raise RequestError(429, message, self.pace.until(self.queued, workers))
        self.counts.accepted += 1
        self.queued += pending.samples
        self._queue.append(pending)

    def take(self, most: int) -> list[Piece]:
        """Return the next batch, in order of arrival; what nobody waits for any more is dropped here.

        Args:
            most: Samples at most.

        Returns:
            Pieces that fit together in one array; empty where nothing waits.
        """
        now = time.monotonic()
        pieces: list[Piece] = []
        room = most
        while room and self._queue:
            pending = self._queue[0]
            if pending.future.done() or pending.deadline <= now:
                self.expire(pending)
                self.leave(pending)
                continue
            if pieces and not _fit(pieces[0].pending, pending):
                break
            start, stop = pending.taken, min(pending.taken + room, pending.samples)
            pending.taken = stop
            room -= stop - start
            pieces.append(Piece(pending, start, stop))
            if stop == pending.samples:
                self._queue.popleft()
        taken = most - room
        self.queued -= taken
        self.computing += taken
        return pieces

    def expire(self, pending: Pending) -> None:
        """End a request whose deadline has passed, unless it has ended."""
        if not pending.future.done():
            self.counts.expired += 1
            pending.fail(504, f"its deadline passed before {self._name} answered it; allow more time, or send less")

    def leave(self, pending: Pending) -> None:
        """Take what waits of a request out of the queue; nothing where nothing of it waits."""
        if pending.taken < pending.samples:
            self.queued -= pending.samples - pending.taken
            pending.taken = pending.samples
            self._queue.remove(pending)

    def done(self, pieces: list[Piece], seconds: float | None = None) -> None:
        """Note that a batch has left the model.

        Args:
            pieces: Of the batch.
            seconds: That it took; None where it was not answered.
        """
        samples = sum(piece.stop - piece.start for piece in pieces)
        self.computing -= samples
        if seconds is not None:
            self.counts.batches += 1
            self.counts.samples += samples
            self.pace.note(samples, seconds)

    def fail_all(self, status: int, message: str) -> None:
        """End every request that waits, without an answer.

        Args:
            status: As a `RequestError` has it.
            message: Likewise.
        """
        while self._queue:
            pending = self._queue[0]
            self.leave(pending)
            pending.fail(status, message)


def _fit(one: Pending, other: Pending) -> bool:
    return one.inputs.shape[1:] == other.inputs.shape[1:] and one.inputs.dtype == other.inputs.dtype
