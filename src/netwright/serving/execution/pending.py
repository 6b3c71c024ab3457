"""One request in a runner: what it asks, and what of it is answered already."""

import asyncio
from typing import NamedTuple, cast

import numpy as np

from netwright.records.errors import RequestError
from netwright.serving.engine import Answers, join_answers
from netwright.serving.forms.form import Inputs


class Pending:
    """A request whose samples may be computed in several batches, by several workers, in any order.

    Args:
        inputs: (N, *shape).
        deadline: Time of `time.monotonic()` after which nobody waits.
        future: What its answers are put into.
    """

    __slots__ = ("_missing", "_parts", "deadline", "future", "inputs", "samples", "taken")

    def __init__(self, inputs: Inputs, deadline: float, future: "asyncio.Future[Answers]") -> None:
        self.inputs = inputs
        self.deadline = deadline
        self.future = future
        self.samples = len(inputs)
        self.taken = 0
        self._missing = self.samples
        self._parts: dict[int, Answers] = {}

    def put(self, start: int, answers: Answers) -> None:
        """Take in the answers to some of its samples; the last ones answer the request.

        Args:
            start: Index of the first of them.
            answers: Theirs.
        """
        if self.future.done():
            return
        rows = len(answers.logits)
        if rows == self.samples:
            self.future.set_result(answers)
            return
        self._parts[start] = answers
        self._missing -= rows
        if not self._missing:
            self.future.set_result(join_answers([self._parts[first] for first in sorted(self._parts)]))

    def fail(self, status: int, message: str, retry_after: float | None = None) -> None:
        """End the request without an answer, unless it has ended.

        Args:
            status: As a `RequestError` has it.
            message: Likewise.
            retry_after: Likewise.
        """
        if not self.future.done():
            self.future.set_exception(RequestError(status, message, retry_after))


class Piece(NamedTuple):
    """Samples `start` to `stop` of a request, on their way through a model."""

    pending: Pending
    start: int
    stop: int


def gathered(pieces: list[Piece]) -> Inputs:
    """Return the inputs of pieces as one batch, without a copy where there is one piece."""
    parts = [
        piece.pending.inputs
        if piece.stop - piece.start == piece.pending.samples
        else piece.pending.inputs[piece.start : piece.stop]
        for piece in pieces
    ]
    # the backlog hands out only what has one shape and one type together
    return parts[0] if len(parts) == 1 else cast("Inputs", np.concatenate(parts))


def spread(pieces: list[Piece], answers: Answers) -> None:
    """Give each piece its rows of a batch's answers.

    Args:
        pieces: As they were gathered.
        answers: One row for each of their samples, in order.
    """
    if len(pieces) == 1:
        pieces[0].pending.put(pieces[0].start, answers)
        return
    logits, embedding = answers
    first = 0
    for piece in pieces:
        last = first + piece.stop - piece.start
        part = Answers(logits[first:last], None if embedding is None else embedding[first:last])
        piece.pending.put(piece.start, part)
        first = last
