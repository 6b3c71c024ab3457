"""A course that spends no more on what cannot win."""

from netwright.qualities.catalog import QUALITIES
from netwright.records.decision import Decision
from netwright.records.scenario import Scenario, Stopping
from netwright.records.trial import Outcome, Trial, TrialResult
from netwright.selection.decide import decide
from netwright.studies.course import Results, unfinished
from netwright.studies.curves import curves_of
from netwright.studies.race import Runner, hopeless
from netwright.studies.trial_job import trials_of

REPLICATED = 8
"""The largest size up to 1/8 of the largest one is run with every seed: it shows the noise between seeds."""
LEAST_SEEDS = 2


class Economical:
    """Small sizes first, then the largest one seed by seed, for those that can still be chosen.

    First every candidate runs every size but the largest with the first seed, and one small size with all seeds. Then
    those that are not hopeless run the largest size with the first seed, and with one seed more as long as more than
    one of them can be chosen; who is left at the end has at least two seeds. Who was left out comes back where the
    candidate that beat it turns out to miss a constraint. Successive elimination of candidates after Maron and Moore
    1994, "Hoeffding races", with draws in the place of bounds.

    Args:
        scenario: The scenario.
        stopping: How sure it must be.
        test_images: How many images accuracy is measured on.
    """

    def __init__(self, scenario: Scenario, stopping: Stopping, test_images: int) -> None:
        self._scenario = scenario
        self._confidence = stopping.confidence
        self._test_images = test_images
        design = scenario.design
        self._trials = trials_of(scenario)
        self._largest, self._first = design.sizes[-1], design.first_seed
        small = [size for size in design.sizes[:-1] if size * REPLICATED <= self._largest]
        self._replicated = small[-1] if small else design.sizes[0]

    def next_trials(self, results: Results) -> list[Trial]:
        """Return the next wave of trials.

        Args:
            results: What there is.

        Returns:
            Trials that have not ended; none where the decision would not change.
        """
        if early := unfinished([trial for trial in self._trials if self._is_early(trial)], results):
            return early
        out = self.left_out(results)
        late = [t for t in self._trials if t.size == self._largest and t.candidate.name not in out]
        if first := unfinished([trial for trial in late if trial.seed == self._first], results):
            return first
        contenders = {trial.candidate.name for trial in late}
        seeds = sorted({trial.seed for trial in late})
        wanted = seeds[:LEAST_SEEDS] if len(contenders) == 1 else seeds
        for seed in wanted:
            if wave := unfinished([trial for trial in late if trial.seed == seed], results):
                return wave
        return []

    def left_out(self, results: Results) -> dict[str, str]:
        """Return who cannot be chosen any more, with the reason.

        Args:
            results: What there is.

        Returns:
            Candidate -> why.
        """
        ordered = [results[trial.id] for trial in self._trials if trial.id in results]
        curves = curves_of(ordered, self._scenario)
        decision = decide(ordered, self._scenario, QUALITIES, curves)
        runners = [
            Runner(
                name=candidate.name,
                measured=self._measured(candidate.name, ordered),
                curve=curves.get(candidate.name),
                feasible=_may_meet_all(decision, candidate.name),
            )
            for candidate in self._scenario.candidates
        ]
        return hopeless(runners, self._scenario, self._test_images, self._confidence)

    def _is_early(self, trial: Trial) -> bool:
        if trial.size == self._largest:
            return False
        return trial.seed == self._first or trial.size == self._replicated

    def _measured(self, name: str, results: list[TrialResult]) -> tuple[float, ...]:
        return tuple(
            measurement.value
            for result in results
            if result.candidate == name and result.size == self._largest and result.outcome is Outcome.OK
            for measurement in result.measurements
            if measurement.quality == "accuracy"
        )


def _may_meet_all(decision: Decision, name: str) -> bool:
    return all(verdict.holds != "fail" for verdict in decision.assessment(name).verdicts)
