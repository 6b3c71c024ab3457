"""How long trials will take, from those that have ended; and which to start next."""

from collections.abc import Iterable, Sequence

from netwright.records.trial import Outcome, Trial, TrialResult


class Forecast:
    """Learns the seconds of each candidate's trials as they end.

    A trial of n images is predicted from the nearest measured size m of its candidate: the training took
    seconds(m) * n / m, and the rest (evaluation on the test samples above all) what it took there.

    >>> from netwright.records.candidate import Candidate
    >>> mlp = Candidate(name="mlp", model="mlp")
    >>> forecast = Forecast()
    >>> forecast.observe("mlp", 100, training=2.0, rest=1.0)
    >>> forecast.seconds(Trial(candidate=mlp, size=400, seed=0))
    9.0
    """

    def __init__(self) -> None:
        self._seen: dict[str, dict[int, tuple[float, float]]] = {}

    def observe(self, candidate: str, size: int, training: float, rest: float) -> None:
        """Learn how long a trial took.

        Args:
            candidate: Name of the candidate.
            size: Training samples.
            training: Seconds that grow with the size.
            rest: Seconds that do not.
        """
        self._seen.setdefault(candidate, {})[size] = training, rest

    def learn(self, results: Iterable[TrialResult]) -> None:
        """Learn from trials that ended well before.

        Args:
            results: The trials.
        """
        for result in results:
            if result.outcome is Outcome.OK:
                training = next((m.value for m in result.measurements if m.quality == "training_time"), 0.0)
                self.observe(result.candidate, result.size, training, max(result.seconds - training, 0.0))

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
        training, rest = measured[nearest]
        return training * trial.size / nearest + rest

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
