"""How long trials will take, from those that have ended; and which to start next."""

from collections.abc import Iterable, Sequence

from netwright.records.trial import Outcome, Trial, TrialResult


class Forecast:
    """Learns the seconds of each candidate's trials as they end.

    A trial of n images is predicted from the nearest measured size m of its candidate, as seconds(m) * n / m.

    >>> from netwright.records.candidate import Candidate
    >>> mlp = Candidate(name="mlp", model="mlp")
    >>> forecast = Forecast()
    >>> forecast.observe("mlp", 100, 2.0)
    >>> forecast.seconds(Trial(candidate=mlp, size=400, seed=0))
    8.0
    """

    def __init__(self) -> None:
        self._seen: dict[str, dict[int, float]] = {}

    def observe(self, candidate: str, size: int, seconds: float) -> None:
        """Learn how long a trial took.

        Args:
            candidate: Name of the candidate.
            size: Training images.
            seconds: Wall time.
        """
        self._seen.setdefault(candidate, {})[size] = seconds

    def learn(self, results: Iterable[TrialResult]) -> None:
        """Learn from trials that ended well before.

        Args:
            results: The trials.
        """
        for result in results:
            if result.outcome is Outcome.OK:
                self.observe(result.candidate, result.size, result.seconds)

    def seconds(self, trial: Trial) -> float | None:
        """Return the predicted seconds of a trial, None before any trial of its candidate has ended.

        Args:
            trial: The trial.

        Returns:
            Seconds, or None.
        """
        measured = self._seen.get(trial.candidate.name)
        if not measured:
            return None
        nearest = min(measured, key=lambda size: abs(size - trial.size))
        return measured[nearest] * trial.size / nearest

    def total(self, trials: Iterable[Trial]) -> float | None:
        """Return the predicted seconds of trials together, None before anything is known.

        Args:
            trials: The trials; one of an unknown candidate counts as the mean of the known ones.

        Returns:
            Seconds, or None.
        """
        predicted = [self.seconds(trial) for trial in trials]
        known = [seconds for seconds in predicted if seconds is not None]
        if predicted and not known:
            return None
        return sum(known) + (len(predicted) - len(known)) * (sum(known) / len(known) if known else 0.0)

    def next(self, pending: Sequence[Trial], started: Iterable[str]) -> Trial:
        """Return the trial to start next.

        A candidate that has not been started goes first, with its smallest trial, so that what fails fails early;
        then the longest goes first, so that the workers end together.

        Args:
            pending: Trials in the design's order; not empty.
            started: Names of candidates of which a trial was started.

        Returns:
            One of them.
        """
        begun = set(started)
        fresh = next((trial for trial in pending if trial.candidate.name not in begun), None)
        return fresh or max(pending, key=lambda trial: self.seconds(trial) or 0.0)
