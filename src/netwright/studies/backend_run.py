"""The same trained candidates under every backend that a scenario names."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from pydantic import TypeAdapter

from netwright.machine.durable import write_durably
from netwright.machine.isolation import Ended
from netwright.qualities.backends import run_backends
from netwright.records.backend import BackendRun
from netwright.records.record import Record
from netwright.records.scenario import Backend
from netwright.records.trial import Outcome, Trial, TrialResult
from netwright.studies.setting import Setting
from netwright.studies.trial_job import TrialJob, as_job, job_for, trials_of
from netwright.studies.trial_run import trained_evidence

NAME = "backends.json"
"""Its file in a study's folder."""
COMPARED_INPUTS = 512
_RUNS = TypeAdapter(tuple[BackendRun, ...])


class BackendJob(Record):
    """What the process that tries backends is told.

    Args:
        job: The trial whose weights are tried.
        backends: The backends.
    """

    job: TrialJob
    backends: tuple[Backend, ...]


def run_on_backends(payload: str, tell: Callable[[str], None]) -> str:  # noqa: ARG001 - a job's target has this signature
    """Run a trial's trained model under backends.

    Args:
        payload: A `BackendJob` as JSON.
        tell: Not used: what is tried is told at the end.

    Returns:
        The runs, as JSON.
    """
    told = BackendJob.from_json(payload)
    evidence = trained_evidence(told.job, COMPARED_INPUTS)
    runs = run_backends(told.job.trial.candidate.name, evidence.model, evidence.inputs, told.backends)
    return _RUNS.dump_json(runs).decode()


def measure_backends(results: Mapping[str, TrialResult], setting: Setting) -> tuple[BackendRun, ...]:
    """Run one trained model of each candidate under the scenario's backends, one after another on a quiet machine.

    Args:
        results: Trial id -> result.
        setting: Where and for what trials run; what was found stands in its folder, and is not measured again.

    Returns:
        The runs, in the scenario's order; none where it names no backend.
    """
    scenario = setting.scenario
    file = setting.out / NAME
    known = _RUNS.validate_json(file.read_bytes()) if file.is_file() else ()
    done = {(run.candidate, run.backend) for run in known}
    wanted = {
        f"{trial.id}-{backend}": (trial, backend)
        for trial in _largest(setting, results)
        for backend in scenario.backends
        if (trial.candidate.name, backend) not in done
    }
    if wanted:
        setting.progress.start(float(len(wanted)), "backends")
    for number, event in enumerate(_ended(wanted, setting), start=1):
        found = _RUNS.validate_json(event.result) if event.result else (_failed(*wanted[event.job], event),)
        known = (*known, *found)
        write_durably(file, _RUNS.dump_json(known, indent=1))
        setting.progress.advance(float(number), event.job, None)
    order = [candidate.name for candidate in scenario.candidates]
    return tuple(sorted(known, key=lambda run: order.index(run.candidate)))


def _largest(setting: Setting, results: Mapping[str, TrialResult]) -> list[Trial]:
    """Return each candidate's first trial at the largest size that ended well."""
    design = setting.scenario.design
    found: dict[str, Trial] = {}
    for trial in trials_of(setting.scenario):
        result = results.get(trial.id)
        if trial.size == design.sizes[-1] and result is not None and result.outcome is Outcome.OK:
            found.setdefault(trial.candidate.name, trial)
    return list(found.values())


def _ended(wanted: Mapping[str, tuple[Trial, Backend]], setting: Setting) -> Iterator[Ended]:
    jobs = []
    # one job a backend: a compiler that takes too long must not take the others with it
    for name, (trial, backend) in wanted.items():
        job = job_for(trial, setting.scenario, setting.out, setting.executor.threads)
        told = BackendJob(job=job, backends=(backend,))
        jobs.append(replace(as_job(job, run_on_backends, setting.scenario.limits, told.to_json()), name=name))
    return (event for event in setting.executor.run_alone(jobs) if isinstance(event, Ended))


def _failed(trial: Trial, backend: Backend, ended: Ended) -> BackendRun:
    detail = f"{ended.outcome.value}: {ended.detail}"
    return BackendRun(candidate=trial.candidate.name, backend=backend, runs=False, detail=detail)
