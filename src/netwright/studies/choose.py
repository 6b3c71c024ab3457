"""The main job: measure every candidate over growing data, and decide."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from netwright.machine.hardware import conditions
from netwright.machine.progress import Progress, Silent
from netwright.records.decision import Decision
from netwright.records.recovery import FaultKind
from netwright.records.scenario import Scenario
from netwright.records.trial import Outcome, TrialResult
from netwright.studies.backend_run import measure_backends
from netwright.studies.conclude import conclude
from netwright.studies.course import Course, FullDesign
from netwright.studies.economy import Economical
from netwright.studies.executors import Executor, LocalExecutor
from netwright.studies.forecast import Forecast
from netwright.studies.inject import plan_faults
from netwright.studies.preflight import Checked, check_scenario
from netwright.studies.register import register
from netwright.studies.setting import Setting
from netwright.studies.trial_job import trials_of
from netwright.studies.trials import measure_alone, run_trials
from netwright.tracking.connection import tracking_uri
from netwright.tracking.entries import Alone
from netwright.tracking.ledger import Ledger, open_ledger
from netwright.tracking.runs import RunMirror


def choose(
    scenario: Scenario,
    out: str | Path | None = None,
    executor: Executor | None = None,
    progress: Progress | None = None,
    inject: Sequence[FaultKind] = (),
) -> Decision:
    """Run a scenario's study and return its decision.

    Every finished trial stands in the ledger of the folder `out`: stopping at any moment loses at most the
    epochs since the last checkpoints, and calling again with the same scenario and folder goes on from there.

    Args:
        scenario: The question.
        out: Folder of the results: `decision.json`, the ledger, weights, MLflow runs; `studies/NAME` if not given.
        executor: Where trials run; this machine, one worker a core, if not given.
        progress: Where progress is shown; nowhere if not given.
        inject: Faults that each candidate meets once on purpose, to prove that it survives them.

    Returns:
        The decision. Its `chosen` is None where no candidate may be chosen.

    Raises:
        InputError: The data, a candidate or the folder is not what the study needs.
        StorageError: Results could not be written; what was measured before stands.
        KeyboardInterrupt: The user stopped the study.
    """
    out = Path(out) if out is not None else Path("studies") / scenario.name
    executor, progress = executor or LocalExecutor(), progress or Silent()
    with open_ledger(out, scenario) as ledger:
        for note in ledger.notes:
            progress.say(note)
        checked = check_scenario(scenario, executor, out, progress)
        course = _course(scenario, checked)
        setting = Setting(scenario, out, executor, progress, plan_faults(trials_of(scenario), inject))
        with _mirrored(setting) as mirror:
            _measure_what_is_missing(setting, course, _Books(ledger, mirror))
            backends = measure_backends(ledger.results(), setting)
        results = _in_order(ledger, scenario)
        decision = conclude(results, setting, checked, course.left_out(ledger.results()), backends)
        for note in register(decision, results, out):
            progress.say(note)
    return decision


class _Books(NamedTuple):
    """Where results are written down: the ledger, which is the truth, and its mirror in MLflow."""

    ledger: Ledger
    mirror: RunMirror


@contextmanager
def _mirrored(setting: Setting) -> Iterator[RunMirror]:
    mirror = RunMirror(tracking_uri(setting.out), setting.scenario, conditions(threads=setting.executor.threads))
    patience = 60.0
    try:
        yield mirror
    except KeyboardInterrupt:
        # whoever stops a study does not wait for MLflow: the next start writes what is missing there
        patience = 1.0
        raise
    finally:
        setting.progress.stop()
        for note in mirror.close(patience):
            setting.progress.say(note)


def _course(scenario: Scenario, checked: Checked) -> Course:
    if scenario.stopping is None:
        return FullDesign(scenario)
    return Economical(scenario, scenario.stopping, checked.test_samples)


def _measure_what_is_missing(setting: Setting, course: Course, books: _Books) -> None:
    ledger, mirror = books
    forecast = Forecast()
    for result in ledger.results().values():
        mirror.write(result)
    forecast.learn(ledger.finished().values())
    _measure_quietly(setting, books)
    while wave := course.next_trials(ledger.results()):
        for result in run_trials(wave, setting, forecast):
            ledger.record(result)
            mirror.write(result)
        _measure_quietly(setting, books)


def _measure_quietly(setting: Setting, books: _Books) -> None:
    ledger, mirror = books
    # only the largest size: candidates are compared there
    largest, results = setting.scenario.design.sizes[-1], ledger.results()
    quiet = [
        trial
        for trial in trials_of(setting.scenario)
        if trial.size == largest and _waits_for_quiet(results.get(trial.id))
    ]
    for result in measure_alone(quiet, setting) if quiet else ():
        answers = {"measurements": result.measurements, "not_measured": result.not_measured}
        ledger.record_alone(Alone(trial=result.trial, **answers))
        mirror.write(ledger.results()[result.trial])


def _waits_for_quiet(result: TrialResult | None) -> bool:
    if result is None or result.outcome is not Outcome.OK:
        return False
    return not any(measurement.conditions.alone for measurement in result.measurements)


def _in_order(ledger: Ledger, scenario: Scenario) -> list[TrialResult]:
    results = ledger.results()
    return [results[trial.id] for trial in trials_of(scenario) if trial.id in results]
