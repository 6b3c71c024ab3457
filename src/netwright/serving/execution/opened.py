"""A runner that is chosen when it starts: where a model runs is measured on the machine that it runs on."""

from netwright.records.errors import RequestError
from netwright.serving.engine import Answers
from netwright.serving.execution.backlog import Counts
from netwright.serving.execution.choose import open_runner
from netwright.serving.execution.runner import Runner
from netwright.serving.execution.workers import Opener
from netwright.serving.forms.form import Inputs
from netwright.serving.settings import Settings


class OpenedRunner:
    """What `open_runner` gives, from `start` on; before that it answers nothing.

    Args:
        name: Of the candidate.
        opener: Gives its engine, in whichever process.
        example: Inputs (N, *shape) to measure it with.
        settings: How the service is run.
        seconds: For one sample, as was measured when the package was made; infinity keeps it out of this process.
    """

    def __init__(self, name: str, opener: Opener, example: Inputs, settings: Settings, seconds: float | None) -> None:
        self.name = name
        self._opener, self._example, self._settings, self._seconds = opener, example, settings, seconds
        self._runner: Runner | None = None

    @property
    def ready(self) -> bool:
        """Whether it can answer now."""
        return self._runner is not None and self._runner.ready

    @property
    def waiting(self) -> int:
        """Samples that are queued and not yet answered."""
        return 0 if self._runner is None else self._runner.waiting

    @property
    def counts(self) -> Counts:
        """What became of its requests."""
        return Counts() if self._runner is None else self._runner.counts

    def full(self) -> float | None:
        """Return the seconds after which there will be room in its queue; None while there is room."""
        return None if self._runner is None else self._runner.full()

    async def start(self) -> None:
        """Open the engine where it belongs; returns when it is ready."""
        self._runner = await open_runner(
            self.name,
            self._opener,
            self._example,
            self._settings,
            seconds=self._seconds,
            workers=self._settings.workers,
        )

    async def answer(self, inputs: Inputs, deadline: float) -> Answers:
        """Return the answers to inputs (N, *shape).

        Args:
            inputs: Of one request.
            deadline: As `Runner.answer` has it.

        Returns:
            Theirs, in order.

        Raises:
            RequestError: As `Runner.answer` says.
        """
        if self._runner is None:
            raise RequestError(503, f"{self.name} is not running")
        return await self._runner.answer(inputs, deadline)

    async def stop(self, limit: float) -> None:
        """Answer what waits, then end; after `limit` seconds end all the same."""
        if self._runner is not None:
            await self._runner.stop(limit)
