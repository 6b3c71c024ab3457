"""Running trials: jobs out, results in, one for every trial whatever becomes of it."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from netwright.machine.isolation import Ended, Job, Note
from netwright.machine.progress import Progress
from netwright.records.errors import StorageError
from netwright.records.scenario import Scenario
from netwright.records.trial import Epoch, Outcome, Trial, TrialResult
from netwright.studies.executors import Executor
from netwright.studies.forecast import Forecast
from netwright.studies.trial_job import job_for
from netwright.studies.trial_run import run_alone, run_trial
from netwright.studies.watch import Watch
from netwright.training.attempts import Attempts, read_attempts

LEAST_SECONDS = 1.0
"""What an attempt gets when earlier ones have used up the limit: enough to finish what was nearly done."""

Target = Callable[[str, Callable[[str], None]], str]


def run_trials(
    pending: Sequence[Trial], scenario: Scenario, out: Path, executor: Executor, forecast: Forecast, progress: Progress
) -> Iterator[TrialResult]:
    """Run trials and yield the result of each as it ends.

    On Ctrl-C the trials that run are yielded as interrupted before the interrupt goes on; each has its
    last checkpoint on disk and resumes from it.

    Args:
        pending: The trials to run, in the design's order.
        scenario: The scenario they belong to.
        out: The study's folder.
        executor: Where they run.
        forecast: How long trials take; learns from these.
        progress: Where progress is shown.

    Yields:
        One result a trial.

    Raises:
        StorageError: A trial could not write its state; what was measured before stands.
        KeyboardInterrupt: The user stopped the study.
    """
    watch = Watch(progress, forecast, pending, executor.workers)
    jobs = _jobs_in_good_order(pending, scenario, out, executor, forecast, watch)
    try:
        for event in executor.run(jobs):
            if isinstance(event, Note):
                watch.hear(event.job, event.text)
                continue
            trial, epochs = watch.end(event.job)
            job = job_for(trial, scenario, out, executor.threads)
            result = _result(trial, epochs, event, read_attempts(job.checkpoint))
            yield result
            # whoever iterates has written the result down: the state of the unfinished training is not needed any more
            if result.outcome is not Outcome.INTERRUPTED:
                _forget(job.checkpoint)
            if event.error == StorageError.__name__:
                raise StorageError(event.detail)
            watch.learn(result)
    except KeyboardInterrupt:
        for name in watch.unfinished():
            trial, epochs = watch.end(name)
            yield _interrupted(trial, epochs)
        raise


def measure_alone(
    trials: Sequence[Trial], scenario: Scenario, out: Path, executor: Executor, progress: Progress
) -> Iterator[TrialResult]:
    """Measure on trained weights what needs a quiet machine, one trial after another.

    Args:
        trials: Trials that ended well.
        scenario: The scenario they belong to.
        out: The study's folder.
        executor: Where the work runs.
        progress: Where progress is shown.

    Yields:
        One result a trial, holding those measurements only; one that failed holds none, and its reason.
    """
    progress.start(float(len(trials)), "quiet measurements")
    by_id = {trial.id: trial for trial in trials}
    jobs = (_job(trial, run_alone, scenario, out, executor) for trial in trials)
    ended = (event for event in executor.run_alone(jobs) if isinstance(event, Ended))
    for done, event in enumerate(ended, start=1):
        result = _result(by_id[event.job], (), event, Attempts())
        if result.detail:
            progress.say(f"{result.trial}: quiet measurements {result.outcome.value}: {result.detail}")
        progress.advance(float(done), event.job, (len(trials) - done) * event.seconds)
        yield result


def _jobs_in_good_order(
    pending: Sequence[Trial], scenario: Scenario, out: Path, executor: Executor, forecast: Forecast, watch: Watch
) -> Iterator[Job]:
    waiting, started = list(pending), set[str]()
    while waiting:
        trial = forecast.next(waiting, started)
        waiting.remove(trial)
        started.add(trial.candidate.name)
        watch.start(trial)
        yield _job(trial, run_trial, scenario, out, executor)


def _job(trial: Trial, target: Target, scenario: Scenario, out: Path, executor: Executor) -> Job:
    told = job_for(trial, scenario, out, executor.threads)
    left = max(scenario.limits.time - read_attempts(told.checkpoint).seconds, LEAST_SECONDS)
    return Job(trial.id, target, told.to_json(), scenario.limits.model_copy(update={"time": left}))


def _result(trial: Trial, epochs: tuple[Epoch, ...], ended: Ended, attempts: Attempts) -> TrialResult:
    """Return what the trial's process handed back, or what is known of one that handed back nothing."""
    known = {"attempts": max(attempts.count, 1), "lost_seconds": attempts.lost_seconds}
    spent = {"seconds": max(attempts.seconds, ended.seconds)}
    if ended.result is not None:
        return TrialResult.from_json(ended.result).model_copy(update={**known, **spent})
    outcome = Outcome.INTERRUPTED if ended.error == StorageError.__name__ else ended.outcome
    failed = {"outcome": outcome, "detail": ended.detail, "epochs": epochs}
    return TrialResult.of(trial, Outcome.INTERRUPTED).model_copy(update={**known, **spent, **failed})


def _forget(checkpoint: Path) -> None:
    for file in checkpoint.parent.glob(f"{checkpoint.name}*"):
        file.unlink()


def _interrupted(trial: Trial, epochs: tuple[Epoch, ...]) -> TrialResult:
    detail = f"stopped after {len(epochs)} of {trial.candidate.recipe.epochs} epochs; the same command resumes it"
    return TrialResult.of(trial, Outcome.INTERRUPTED).model_copy(update={"detail": detail, "epochs": epochs})
