"""Which trials run next: the whole design, or only what can still change the decision."""

from collections.abc import Mapping
from typing import Protocol

from netwright.records.scenario import Scenario
from netwright.records.trial import Outcome, Trial, TrialResult
from netwright.studies.trial_job import trials_of

Results = Mapping[str, TrialResult]
"""Trial id -> result."""


class Course(Protocol):
    """Says which trials run next, from the results so far alone, so that a study that was stopped goes on alike."""

    def next_trials(self, results: Results) -> list[Trial]:
        """Return trials to run now; none where the study is done."""
        ...

    def left_out(self, results: Results) -> dict[str, str]:
        """Return candidate -> why its trials at the largest size are not run."""
        ...


class FullDesign:
    """Every trial of the design.

    Args:
        scenario: The scenario.
    """

    def __init__(self, scenario: Scenario) -> None:
        self._trials = trials_of(scenario)

    def next_trials(self, results: Results) -> list[Trial]:
        """Return every trial that has not ended."""
        return unfinished(self._trials, results)

    def left_out(self, results: Results) -> dict[str, str]:  # noqa: ARG002 - the interface of a course
        """Return nothing: everybody runs everywhere."""
        return {}


def unfinished(trials: list[Trial], results: Results) -> list[Trial]:
    """Return the trials that have no result, or an interrupted one.

    Args:
        trials: Trials, in order.
        results: What there is.

    Returns:
        Those that must run, in the same order.
    """
    ended = {name for name, result in results.items() if result.outcome is not Outcome.INTERRUPTED}
    return [trial for trial in trials if trial.id not in ended]
