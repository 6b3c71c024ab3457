"""Where an engine runs, seen from the service: inputs in, answers out, with a queue and deadlines between."""

from typing import Protocol

from netwright.serving.engine import Answers
from netwright.serving.execution.backlog import Counts
from netwright.serving.forms.form import Inputs


class Runner(Protocol):
    """One model at work: `execution.inline` runs it in the event loop, `execution.workers` in processes of its own."""

    @property
    def name(self) -> str:
        """The candidate's name."""
        ...

    @property
    def ready(self) -> bool:
        """Whether it can answer now; the truth at once, also when a process has just died."""
        ...

    @property
    def waiting(self) -> int:
        """Samples that are queued and not yet answered."""
        ...

    @property
    def counts(self) -> Counts:
        """What became of its requests."""
        ...

    def full(self) -> float | None:
        """Return the seconds after which there will be room in its queue; None while there is room."""
        ...

    async def start(self) -> None:
        """Begin; returns when it is ready."""
        ...

    async def answer(self, inputs: Inputs, deadline: float) -> Answers:
        """Return the answers to inputs (N, *shape).

        Args:
            inputs: Of one request.
            deadline: Time of `time.monotonic()` after which nobody waits for them; infinity where there is none.

        Returns:
            Theirs, in order.

        Raises:
            RequestError: 429 with `retry_after`: the queue is full, which is told at once; 504: the deadline passed
                before they were computed, and nothing was; 503: there is nothing that could compute them.
        """
        ...

    async def stop(self, limit: float) -> None:
        """Answer what waits, then end; after `limit` seconds end all the same. No process is left."""
        ...
