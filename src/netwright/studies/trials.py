"""Running trials: jobs out, results in, one for every trial whatever becomes of it."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from netwright.machine.isolation import Ended, Note
from netwright.records.errors import StorageError
from netwright.records.recovery import Interruption
from netwright.records.trial import Epoch, Outcome, Trial, TrialResult
from netwright.studies.forecast import Forecast
from netwright.studies.interruptions import goes_on, interruption
from netwright.studies.setting import Setting
from netwright.studies.trial_job import TrialJob, as_job, job_for
from netwright.studies.trial_queue import TrialQueue
from netwright.studies.trial_run import run_alone
from netwright.studies.watch import Watch
from netwright.training.attempts import Attempts, read_attempts


def run_trials(pending: Sequence[Trial], setting: Setting, forecast: Forecast) -> Iterator[TrialResult]:
    """Run trials and yield the result of each as it ends.

    A trial whose process died, or that met an injected fault, goes on from its last checkpoint before it has a result.
    On Ctrl-C the trials that run are yielded as interrupted before the interrupt goes on; each has its
    last checkpoint on disk and resumes from it.

    Args:
        pending: The trials to run, in the design's order.
        setting: Where and for what they run.
        forecast: How long trials take; learns from these.

    Yields:
        One result a trial.

    Raises:
        StorageError: A trial could not write its state; what was measured before stands.
        KeyboardInterrupt: The user stopped the study.
    """
    watch = Watch(setting.progress, forecast, pending, setting.executor.workers)
    queue = TrialQueue(pending, setting, forecast, watch)
    try:
        for event in setting.executor.run(queue):
            if isinstance(event, Note):
                watch.hear(event.job, event.text)
            elif not _goes_on(event, queue, watch, setting):
                yield from _ended(event, queue, watch)
    except KeyboardInterrupt:
        for name in watch.unfinished():
            trial, epochs = watch.end(name)
            yield _interrupted(trial, epochs)
        raise


def measure_alone(trials: Sequence[Trial], setting: Setting) -> Iterator[TrialResult]:
    """Measure on trained weights what needs a quiet machine, one trial after another.

    Args:
        trials: Trials that ended well.
        setting: Where and for what they run.

    Yields:
        One result a trial, holding those measurements only; one that failed holds none, and its reason.
    """
    progress, scenario = setting.progress, setting.scenario
    progress.start(float(len(trials)), "quiet measurements")
    told = {trial.id: job_for(trial, scenario, setting.out, setting.executor.threads) for trial in trials}
    jobs = (as_job(job, run_alone, scenario.limits) for job in told.values())
    ended = (event for event in setting.executor.run_alone(jobs) if isinstance(event, Ended))
    for done, event in enumerate(ended, start=1):
        result = _result(told[event.job], (), event, Attempts())
        if result.detail:
            progress.say(f"{result.trial}: quiet measurements {result.outcome.value}: {result.detail}")
        progress.advance(float(done), event.job, (len(trials) - done) * event.seconds)
        yield result


def _goes_on(ended: Ended, queue: TrialQueue, watch: Watch, setting: Setting) -> bool:
    told = queue.told(ended.job)
    if not goes_on(told, ended, setting.scenario.limits.retries):
        return False
    trial = watch.trial(ended.job)
    cut = interruption(told, ended, watch.epochs(ended.job))
    why = "injected fault" if cut.injected else "cut off"
    setting.progress.say(f"{ended.job}: {why} ({cut.kind}: {cut.detail}); it goes on from epoch {cut.epoch}")
    watch.again(trial)
    queue.again(trial, cut)
    return True


def _ended(ended: Ended, queue: TrialQueue, watch: Watch) -> Iterator[TrialResult]:
    _, epochs = watch.end(ended.job)
    queue.ended(ended.job)
    told = queue.told(ended.job)
    result = _result(told, epochs, ended, read_attempts(told.checkpoint))
    yield result
    # whoever iterates has written the result down: the state of the unfinished training is not needed any more
    if result.outcome is not Outcome.INTERRUPTED:
        _forget(told.checkpoint)
    if ended.error == StorageError.__name__:
        raise StorageError(ended.detail)
    watch.learn(result)


def _result(told: TrialJob, epochs: tuple[Epoch, ...], ended: Ended, attempts: Attempts) -> TrialResult:
    """Return what the trial's process handed back, or what is known of one that handed back nothing."""
    # of a first attempt nothing was done again, whatever it did after its last sign of life
    # a node may die before the note of the attempt there has come back
    known = {
        "attempts": max(attempts.count, 1 + len(ended.moved)),
        "lost_seconds": attempts.lost_seconds if attempts.count > 1 else 0.0,
    }
    spent = {"seconds": max(attempts.seconds, ended.seconds), "cpu_seconds": ended.cpu_seconds}
    moved = tuple(Interruption(kind="machine lost", detail=why) for why in ended.moved)
    if ended.result is not None:
        result = TrialResult.from_json(ended.result)
        cut = {"interruptions": (*result.interruptions, *moved)}
        return result.model_copy(update={**known, **spent, **cut})
    outcome = Outcome.INTERRUPTED if ended.error == StorageError.__name__ else ended.outcome
    failed: dict[str, object] = {"outcome": outcome, "detail": ended.detail, "epochs": epochs}
    failed["interruptions"] = (*told.interruptions, *moved)
    return TrialResult.of(told.trial, Outcome.INTERRUPTED).model_copy(update={**known, **spent, **failed})


def _forget(checkpoint: Path) -> None:
    for file in checkpoint.parent.glob(f"{checkpoint.name}*"):
        file.unlink()


def _interrupted(trial: Trial, epochs: tuple[Epoch, ...]) -> TrialResult:
    detail = f"stopped after {len(epochs)} of {trial.candidate.recipe.epochs} epochs; the same command resumes it"
    return TrialResult.of(trial, Outcome.INTERRUPTED).model_copy(update={"detail": detail, "epochs": epochs})
