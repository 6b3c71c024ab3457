"""The main job: measure every candidate over growing data, and decide."""

from pathlib import Path
from typing import NamedTuple

from netwright.machine.durable import write_durably
from netwright.machine.hardware import conditions
from netwright.machine.progress import Progress, Silent
from netwright.qualities.catalog import QUALITIES
from netwright.records.decision import Decision
from netwright.records.scenario import Scenario
from netwright.records.trial import Outcome, TrialResult
from netwright.selection.decide import decide
from netwright.studies.curves import curves_of
from netwright.studies.executors import Executor, LocalExecutor
from netwright.studies.forecast import Forecast
from netwright.studies.preflight import check_scenario
from netwright.studies.register import register
from netwright.studies.trial_job import trials_of
from netwright.studies.trials import measure_alone, run_trials
from netwright.tracking.connection import tracking_uri
from netwright.tracking.ledger import Ledger, open_ledger
from netwright.tracking.runs import RunMirror


def choose(
    scenario: Scenario,
    out: str | Path | None = None,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> Decision:
    """Run a scenario's study and return its decision.

    Every finished trial stands in the ledger of the folder `out`: stopping at any moment loses at most the
    epochs since the last checkpoints, and calling again with the same scenario and folder goes on from there.

    Args:
        scenario: The question.
        out: Folder of the results: `decision.json`, the ledger, weights, MLflow runs; `studies/NAME` if not given.
        executor: Where trials run; this machine, one worker a core, if not given.
        progress: Where progress is shown; nowhere if not given.

    Returns:
        The decision. Its `chosen` is None where no candidate may be chosen.

    Raises:
        InputError: The data, a candidate or the folder is not what the study needs.
        StorageError: Results could not be written; what was measured before stands.
        KeyboardInterrupt: The user stopped the study.
    """
    out = Path(out) if out is not None else Path("studies") / scenario.name
    executor = executor or LocalExecutor()
    progress = progress or Silent()
    with open_ledger(out, scenario) as ledger:
        for note in ledger.notes:
            progress.say(note)
        notes = check_scenario(scenario, executor, out, progress)
        mirror = RunMirror(tracking_uri(out), scenario, conditions(threads=executor.threads))
        patience = 60.0
        try:
            _measure_what_is_missing(scenario, out, executor, progress, _Books(ledger, mirror))
        except KeyboardInterrupt:
            # whoever stops a study does not wait for MLflow: the next start writes what is missing there
            patience = 1.0
            raise
        finally:
            progress.stop()
            for note in mirror.close(patience):
                progress.say(note)
        results = _in_order(ledger, scenario)
        decision = decide(results, scenario, QUALITIES, curves_of(results, scenario), notes)
        write_durably(out / "decision.json", decision.to_json(indent=1).encode())
        for note in register(decision, results, out):
            progress.say(note)
    return decision


class _Books(NamedTuple):
    """Where results are written down: the ledger, which is the truth, and its mirror in MLflow."""

    ledger: Ledger
    mirror: RunMirror


def _measure_what_is_missing(
    scenario: Scenario, out: Path, executor: Executor, progress: Progress, books: _Books
) -> None:
    ledger, mirror = books
    trials = trials_of(scenario)
    forecast = Forecast()
    for result in ledger.results().values():
        mirror.write(result)
    finished = ledger.finished()
    forecast.learn(finished.values())
    pending = [trial for trial in trials if trial.id not in finished]
    for result in run_trials(pending, scenario, out, executor, forecast, progress) if pending else ():
        ledger.record(result)
        mirror.write(result)
    # only the largest size: candidates are compared there
    largest, results = scenario.design.sizes[-1], ledger.results()
    quiet = [trial for trial in trials if trial.size == largest and _waits_for_quiet(results.get(trial.id))]
    for result in measure_alone(quiet, scenario, out, executor, progress) if quiet else ():
        ledger.record_alone(result.trial, result.measurements)
        mirror.write(ledger.results()[result.trial])


def _waits_for_quiet(result: TrialResult | None) -> bool:
    if result is None or result.outcome is not Outcome.OK:
        return False
    return not any(measurement.conditions.alone for measurement in result.measurements)


def _in_order(ledger: Ledger, scenario: Scenario) -> list[TrialResult]:
    results = ledger.results()
    return [results[trial.id] for trial in trials_of(scenario) if trial.id in results]
