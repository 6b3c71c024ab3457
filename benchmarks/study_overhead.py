"""What a study costs beyond its trainings: processes, checkpoints, ledger, MLflow runs, measurements.

Each trial runs twice, one right after the other so that both meet the same machine, in turns first: in a process of its
own as a study runs it (limits, checkpoints, instruments, ledger), and in a bare loop in this process. What a study does
once (start its server, try the candidates, decide, register) and what it measures alone are timed in the same run.

Run: python benchmarks/study_overhead.py [SCENARIO]
"""

import argparse
import tempfile
import time
from importlib import import_module
from pathlib import Path

import torch

from bare_loop import run_bare
from netwright import LocalExecutor, read_scenario
from netwright.data.catalog import load
from netwright.machine.progress import Silent
from netwright.records.scenario import Scenario
from netwright.studies.conclude import conclude
from netwright.studies.executors import PRELOAD
from netwright.studies.forecast import Forecast
from netwright.studies.preflight import check_scenario
from netwright.studies.register import register
from netwright.studies.setting import Setting
from netwright.studies.trial_job import trials_of
from netwright.studies.trials import measure_alone, run_trials
from netwright.tracking.connection import tracking_uri
from netwright.tracking.entries import Alone
from netwright.tracking.ledger import open_ledger
from netwright.tracking.runs import RunMirror


class Clock:
    """Adds up wall time under names."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    def add(self, name: str, work):
        """Do some work, add its time, and return what it returns."""
        start = time.perf_counter()
        result = work()
        self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - start
        return result


def run(scenario: Scenario, out: Path) -> dict[str, float]:
    """Run one seed of a scenario both ways and return the seconds of each part."""
    torch.set_num_threads(1)
    for module in PRELOAD:  # neither way pays for imports while it is timed
        import_module(module)
    clock, executor, dataset = Clock(), LocalExecutor(workers=1), load(scenario.data)
    training = 0.0
    with open_ledger(out, scenario) as ledger:
        checked = clock.add("once", lambda: check_scenario(scenario, executor, out, Silent()))
        setting = Setting(scenario, out, executor, Silent())
        mirror = RunMirror(tracking_uri(out), scenario)

        def as_study(trial) -> None:
            for result in run_trials([trial], setting, Forecast()):
                ledger.record(result)
                mirror.write(result)

        for index, trial in enumerate(trials_of(scenario)):
            ways = [("study", lambda t=trial: as_study(t)), ("bare", lambda t=trial: run_bare(t, scenario, dataset))]
            for name, work in ways if index % 2 else reversed(ways):
                training += clock.add(name, work) or 0.0
        largest = [trial for trial in trials_of(scenario) if trial.size == scenario.design.sizes[-1]]
        alone = clock.add("alone", lambda: list(measure_alone(largest, setting)))
        for result in alone:
            ledger.record_alone(Alone(trial=result.trial, measurements=result.measurements))
        results = list(ledger.results().values())
        decision = clock.add("once", lambda: conclude(results, setting, checked, {}, ()))
        clock.add("once", mirror.close)
        clock.add("once", lambda: register(decision, results, out))
    return clock.seconds | {"training": training}


def main() -> None:
    """Print the parts, and the overhead of the scenario with all its seeds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scenario", nargs="?", default="examples/garments.toml")
    scenario = read_scenario(parser.parse_args().scenario)
    seeds = scenario.design.seeds
    one = scenario.model_copy(update={"design": scenario.design.model_copy(update={"seeds": 1})})
    with tempfile.TemporaryDirectory() as folder:
        spent = run(one, Path(folder))
    beyond = spent["study"] - spent["bare"]
    print(f"one seed, {len(trials_of(one))} trials, each run both ways in turn:")
    print(f"  bare loop              {spent['bare']:6.1f} s, of it training {spent['training']:.1f} s")
    print(f"  the same as trials     {spent['study']:6.1f} s: {beyond:+.1f} s")
    print(f"  measured alone         {spent['alone']:6.1f} s")
    print(f"  once a study           {spent['once']:6.1f} s")
    for count in (1, seeds):
        overhead = (spent["once"] + count * (spent["alone"] + beyond)) / (count * spent["training"])
        print(f"overhead over the training time with {count} seed{'s' * (count > 1)}: {overhead:.1%}")


if __name__ == "__main__":
    main()
