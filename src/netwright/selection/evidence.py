"""The evidence: what the trials of each candidate gave at the largest size, and how all of them ended."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from netwright.records.errors import InputError, nearest
from netwright.records.measurement import Measurement
from netwright.records.scenario import Scenario
from netwright.records.trial import Outcome, TrialResult


@dataclass(frozen=True)
class Evidence:
    """The trials of one candidate.

    Args:
        name: The candidate.
        outcomes: Outcome -> how many of its trials, at any size, ended so.
        failures: What became of its trials at the scenario's largest size that did not end well, one text a trial;
            where none was run there, of its trials at smaller sizes.
        trials: Ids of its trials at the largest size that ended well.
        measured: Quality -> seed -> measurement, of those trials.
        largest: The largest size at which a trial ended well; None where there is none.
        tried: Whether a trial at the scenario's largest size has ended, well or not.
        left_out: Why its larger trials were not run on purpose; empty where they were, or failed.
    """

    name: str
    outcomes: Mapping[str, int]
    failures: tuple[str, ...]
    trials: tuple[str, ...]
    measured: Mapping[str, Mapping[int, Measurement]]
    largest: int | None
    tried: bool
    left_out: str = ""


def gather(
    results: Sequence[TrialResult], scenario: Scenario, left_out: Mapping[str, str] | None = None
) -> dict[str, Evidence]:
    """Return the evidence on every candidate; of two results of one trial the later counts.

    Candidates are compared at the scenario's largest size alone.

    Args:
        results: What became of the trials, in any order.
        scenario: The question.
        left_out: Candidate -> why its larger trials were not run; it counts where there are none at the largest size.

    Returns:
        Candidate -> evidence, in the scenario's order.

    Raises:
        InputError: A result, or what was left out, belongs to no candidate of the scenario.
    """
    names, reasons = [candidate.name for candidate in scenario.candidates], left_out or {}
    for name in reasons:
        if name not in names:
            raise InputError(
                f"found that the larger trials of {name!r} were left out, which scenario {scenario.name!r} does not "
                f"name. {nearest(name, names)}"
            )
    for result in results:
        if result.candidate not in names:
            raise InputError(
                f"found a result of {result.candidate!r} (trial {result.trial}), which scenario {scenario.name!r} "
                f"does not name; pass results of its own study. {nearest(result.candidate, names)}"
            )
    latest = {(result.candidate, result.size, result.seed): result for result in results}
    ordered = [latest[key] for key in sorted(latest)]
    return {
        name: _of_one(name, [r for r in ordered if r.candidate == name], scenario, reasons.get(name, ""))
        for name in names
    }


def _of_one(name: str, results: Sequence[TrialResult], scenario: Scenario, left_out: str) -> Evidence:
    last = [result for result in results if result.size == scenario.design.sizes[-1]]
    well = [result for result in last if result.outcome is Outcome.OK]
    measured: dict[str, dict[int, Measurement]] = {}
    for result in well:
        for measurement in result.measurements:
            measured.setdefault(measurement.quality, {})[result.seed] = measurement
    return Evidence(
        name=name,
        outcomes=dict(Counter(result.outcome.value for result in results)),
        failures=tuple(_failure(result) for result in (last or results) if result.outcome is not Outcome.OK),
        trials=tuple(result.trial for result in well),
        measured=measured,
        largest=max((result.size for result in results if result.outcome is Outcome.OK), default=None),
        tried=bool(last),
        left_out="" if last else left_out,
    )


def _failure(result: TrialResult) -> str:
    detail = result.detail.splitlines()[0] if result.detail else ""
    return f"{result.outcome.value}: {detail}" if detail else result.outcome.value
