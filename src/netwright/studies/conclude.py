"""From what was measured to the records that a study leaves: decision, factors, written analysis."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from netwright.machine.durable import write_durably
from netwright.qualities.catalog import QUALITIES
from netwright.records.backend import BackendRun
from netwright.records.decision import Decision
from netwright.records.factors import Factors
from netwright.records.scenario import Scenario
from netwright.records.search import Search
from netwright.records.trial import TrialResult
from netwright.selection.analysis import analyse
from netwright.selection.decide import decide
from netwright.studies.curves import curves_of
from netwright.studies.factors import factors_of
from netwright.studies.over_seeds import with_stability
from netwright.studies.preflight import Checked
from netwright.studies.register import best_trial
from netwright.studies.setting import Setting
from netwright.studies.trial_job import EVALUATION, EXPLANATIONS, trials_of

DECISION, FACTORS = "decision.json", "factors.json"
"""Their files in a study's folder."""


def conclude(
    results: Sequence[TrialResult],
    setting: Setting,
    checked: Checked,
    left_out: Mapping[str, str],
    backends: Sequence[BackendRun],
) -> Decision:
    """Decide, and write decision and factors into the study's folder.

    Args:
        results: Every trial that ran, in the design's order.
        setting: The scenario and its folder.
        checked: What was found before the first trial.
        left_out: Candidate -> why it cannot be chosen; counts for those that were not run at the largest size.
        backends: Trained models under each backend.

    Returns:
        The decision.
    """
    scenario = setting.scenario
    results = with_stability(results, scenario, setting.out)
    there = {result.candidate for result in results if result.size == scenario.design.sizes[-1]}
    absent = {name: why for name, why in left_out.items() if name not in there}
    notes = (*checked.notes, *_not_run(results, scenario), *_not_measured(results))
    decision = decide(results, scenario, QUALITIES, curves_of(results, scenario), notes, absent)
    factors = factors_of(decision, results, checked.predictions, backends, checked.chance)
    _keep_answers(decision, results, setting.out)
    return write_down(decision, factors, (), setting.out)


def write_down(decision: Decision, factors: Factors, searches: Sequence[Search], out: Path) -> Decision:
    """Write decision and factors into a study's folder, the decision with its written analysis.

    Args:
        decision: The decision.
        factors: Its factors.
        searches: Modification searches that belong to it.
        out: The folder.

    Returns:
        The decision with its analysis.
    """
    decision = decision.model_copy(update={"analysis": analyse(decision, factors, searches)})
    write_durably(out / FACTORS, factors.to_json().encode())
    write_durably(out / DECISION, decision.to_json(indent=1).encode())
    return decision


def _keep_answers(decision: Decision, results: Sequence[TrialResult], out: Path) -> None:
    """Put what the chosen model answers, and why, beside the decision; what an earlier one left there is taken away."""
    trial = best_trial(results, decision.scenario, decision.chosen)
    for name in (EVALUATION, EXPLANATIONS):
        kept = out / "trials" / trial.trial / name if trial is not None else None
        if kept is not None and kept.is_file():
            write_durably(out / name, kept.read_bytes())
        else:
            (out / name).unlink(missing_ok=True)


def _not_run(results: Sequence[TrialResult], scenario: Scenario) -> list[str]:
    planned = len(trials_of(scenario))
    if len(results) >= planned:
        return []
    missing = f"{planned - len(results)} of the design's {planned} trials"
    if scenario.stopping is None:
        return [f"{missing} have no result"]
    sure = f"{scenario.stopping.confidence:g}"
    return [f"{missing} were not run: with a confidence of {sure} they could not have changed the choice"]


def _not_measured(results: Sequence[TrialResult]) -> list[str]:
    reasons: dict[tuple[str, str], set[str]] = {}
    for result in results:
        for missing in result.not_measured:
            reasons.setdefault((missing.quality, missing.reason), set()).add(result.candidate)
    return [
        f"{quality} was not measured on {', '.join(sorted(names))}: {reason}"
        for (quality, reason), names in reasons.items()
    ]
