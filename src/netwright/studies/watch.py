"""Following trials while they run: what each has reached, and how long is left."""

from collections.abc import Sequence

from netwright.machine.progress import Progress
from netwright.records.trial import Epoch, Trial, TrialResult
from netwright.studies.forecast import Forecast


class Watch:
    """Keeps the epochs of running trials and shows the progress of all.

    Args:
        progress: Where it is shown.
        forecast: How long trials take.
        pending: Trials that have not ended, in the design's order.
        workers: How many run at once.
    """

    def __init__(self, progress: Progress, forecast: Forecast, pending: Sequence[Trial], workers: int) -> None:
        self._progress = progress
        self._forecast = forecast
        self._waiting = {trial.id: trial for trial in pending}
        self._running: dict[str, Trial] = {}
        self._epochs: dict[str, list[Epoch]] = {}
        self._workers = workers
        self._done = 0.0
        progress.start(float(len(self._waiting)), "trials")

    def start(self, trial: Trial) -> None:
        """Note that a trial starts."""
        self._running[trial.id] = self._waiting.pop(trial.id)
        self._epochs[trial.id] = []
        self._show()

    def hear(self, trial: str, text: str) -> None:
        """Note an epoch that a running trial told of, as JSON."""
        self._epochs[trial].append(Epoch.from_json(text))
        self._show()

    def end(self, trial: str) -> tuple[Trial, tuple[Epoch, ...]]:
        """Note that a trial ended.

        Args:
            trial: Its id.

        Returns:
            The trial and the epochs that it told of.
        """
        self._done += 1
        return self._running.pop(trial), tuple(self._epochs.pop(trial))

    def again(self, trial: Trial) -> None:
        """Note that a trial was cut off and waits to go on."""
        self._epochs.pop(trial.id)
        self._waiting[trial.id] = self._running.pop(trial.id)
        self._show()

    def epochs(self, trial: str) -> tuple[Epoch, ...]:
        """Return the epochs that a running trial told of."""
        return tuple(self._epochs[trial])

    def trial(self, name: str) -> Trial:
        """Return the running trial of an id."""
        return self._running[name]

    def learn(self, result: TrialResult) -> None:
        """Say how a trial ended, and let the forecast learn from it."""
        if result.detail:
            self._progress.say(f"{result.trial}: {result.outcome.value}: {result.detail}")
        self._forecast.learn([result])
        self._show()

    def unfinished(self) -> list[str]:
        """Return the ids of the trials that run."""
        return list(self._running)

    def _show(self) -> None:
        parts = {name: self._fraction(trial) for name, trial in self._running.items()}
        running = ", ".join(f"{name} {part:.0%}" for name, part in parts.items())
        self._progress.advance(self._done + sum(parts.values()), running, self._left(parts))

    def _fraction(self, trial: Trial) -> float:
        return min(len(self._epochs[trial.id]) / trial.candidate.recipe.epochs, 1.0)

    def _left(self, parts: dict[str, float]) -> float | None:
        waiting = self._forecast.total(self._waiting.values())
        running = self._forecast.total(self._running.values())
        if waiting is None or running is None:
            return None
        share_left = 1 - sum(parts.values()) / len(parts) if parts else 0.0
        return (waiting + running * share_left) / self._workers
