"""The order in which trials start, and those that start again."""

import time
from collections.abc import Iterator, Sequence

from netwright.machine.isolation import Job
from netwright.records.recovery import Interruption
from netwright.records.trial import Trial
from netwright.studies.forecast import Forecast
from netwright.studies.setting import Setting
from netwright.studies.trial_job import TrialJob, as_job, base_of, job_for
from netwright.studies.trial_run import run_trial
from netwright.studies.watch import Watch
from netwright.training.attempts import read_attempts

LEAST_SECONDS = 1.0
"""What an attempt gets when earlier ones have used up the limit: enough to finish what was nearly done."""


class TrialQueue:
    """Hands out one job after another, and takes back trials that were cut off.

    It may be empty for a while: a trial that comes back is handed out next, and one that prunes another trial's model
    waits until that has ended.

    Args:
        pending: The trials to run, in the design's order.
        setting: Where and for what they run.
        forecast: How long trials take.
        watch: Is told of every start.
    """

    def __init__(self, pending: Sequence[Trial], setting: Setting, forecast: Forecast, watch: Watch) -> None:
        self._waiting = list(pending)
        self._back: list[Trial] = []
        self._started: set[str] = set()
        self._setting = setting
        self._forecast = forecast
        self._watch = watch
        self._running: set[str] = set()
        self._told: dict[str, TrialJob] = {}
        self._failed: dict[str, float] = {}

    def __iter__(self) -> Iterator[Job]:
        return self

    def __next__(self) -> Job:
        if self._back:
            trial = self._back.pop(0)
        elif ready := self._ready():
            trial = self._forecast.next(ready, self._started)
            self._waiting.remove(trial)
        else:
            raise StopIteration
        self._started.add(trial.candidate.name)
        self._running.add(trial.id)
        self._watch.start(trial)
        return self._job(trial)

    def told(self, trial: str) -> TrialJob:
        """Return what the running attempt of a trial was told.

        Args:
            trial: Its id.

        Returns:
            The job.
        """
        return self._told[trial]

    def ended(self, trial: str) -> None:
        """Note that a trial has ended, and will not come back.

        Args:
            trial: Its id.
        """
        self._running.discard(trial)

    def again(self, trial: Trial, cut: Interruption) -> None:
        """Take back a trial that was cut off.

        Args:
            trial: The trial.
            cut: What cut it off.
        """
        earlier = self._told[trial.id]
        self._told[trial.id] = earlier.model_copy(update={"interruptions": (*earlier.interruptions, cut)})
        self._failed[trial.id] = time.time()
        self._back.append(trial)

    def _ready(self) -> list[Trial]:
        unfinished = self._running | {trial.id for trial in self._waiting}
        bases = ((trial, base_of(trial, self._setting.scenario)) for trial in self._waiting)
        return [trial for trial, base in bases if base is None or base.id not in unfinished]

    def _job(self, trial: Trial) -> Job:
        scenario = self._setting.scenario
        told = job_for(trial, scenario, self._setting.out, self._setting.executor.threads)
        begun = read_attempts(told.checkpoint)
        faults = self._setting.faults.get(trial.id, ())
        told = told.model_copy(
            update={
                "fault": faults[begun.count] if begun.count < len(faults) else None,
                "interruptions": self._told[trial.id].interruptions if trial.id in self._told else (),
                "failed_at": self._failed.get(trial.id),
            }
        )
        self._told[trial.id] = told
        left = max(scenario.limits.time - begun.seconds, LEAST_SECONDS)
        limits = scenario.limits.model_copy(update={"time": left})
        return as_job(told, run_trial, limits)
