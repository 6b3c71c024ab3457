"""What a second worker buys: throughput of LocalExecutor(workers=2) over workers=1, on the same trials.

The trials of a scenario's smaller sizes run once with one worker and once with two, each in a process of its own with
one thread, in turns first, so that both meet the same machine. The processes' server is started before anything is
timed. Throughput is trials/s; the ratio is taken within each turn.

Run: python benchmarks/two_workers.py [SCENARIO] [--turns N] [--largest IMAGES]
"""

import argparse
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from netwright import LocalExecutor, read_scenario
from netwright.data.catalog import load
from netwright.machine.isolation import Ended, Job, echo
from netwright.records.scenario import Limits, Scenario
from netwright.records.trial import Outcome, Trial
from netwright.studies.trial_job import job_for, trials_of
from netwright.studies.trial_run import run_trial

GOAL = 1.7


def chosen_trials(scenario: Scenario, largest: int) -> list[Trial]:
    """Return the trials of one seed up to a size, the largest first so that the workers end together."""
    first = scenario.design.first_seed
    trials = [trial for trial in trials_of(scenario) if trial.seed == first and trial.size <= largest]
    return sorted(trials, key=lambda trial: -trial.size)


def run(trials: Sequence[Trial], scenario: Scenario, workers: int) -> tuple[float, float]:
    """Run trials and return (wall seconds, processor seconds) of all together."""
    executor = LocalExecutor(workers=workers)
    list(executor.run([Job("start the server", echo, "", Limits())]))
    with tempfile.TemporaryDirectory() as folder:
        told = [job_for(trial, scenario, Path(folder), executor.threads) for trial in trials]
        jobs = [Job(job.trial.id, run_trial, job.to_json(), scenario.limits, folder=job.folder) for job in told]
        start = time.perf_counter()
        ended = [event for event in executor.run(jobs) if isinstance(event, Ended)]
        seconds = time.perf_counter() - start
    failed = [f"{event.job}: {event.detail}" for event in ended if event.outcome is not Outcome.OK]
    if failed:
        raise SystemExit("\n".join(["trials that did not end well are no measure of throughput:", *failed]))
    return seconds, sum(event.cpu_seconds for event in ended)


def main() -> None:
    """Print the throughput of each turn, the medians and the spread."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scenario", nargs="?", default="examples/garments.toml")
    parser.add_argument("--turns", type=int, default=5)
    parser.add_argument("--largest", type=int, default=500, help="training images of the largest trials")
    told = parser.parse_args()
    scenario = read_scenario(told.scenario)
    load(scenario.data)
    trials = chosen_trials(scenario, told.largest)
    print(f"{len(trials)} trials of {scenario.name}, one thread each, {told.turns} turns:")
    ratios, inflations = [], []
    for turn in range(told.turns):
        seconds, busy = {}, {}
        for workers in (1, 2) if turn % 2 else (2, 1):
            seconds[workers], busy[workers] = run(trials, scenario, workers)
        ratios.append(seconds[1] / seconds[2])
        inflations.append(busy[2] / busy[1])
        rates = ", ".join(f"{count}: {len(trials) / seconds[count]:.2f} trials/s" for count in (1, 2))
        print(f"  workers {rates}, ratio {ratios[-1]:.2f}")
    print(f"throughput of 2 workers over 1: {_spread(ratios)}; goal >= {GOAL}")
    print(f"processor seconds of the same trials, 2 workers over 1: {_spread(inflations)}")


def _spread(values: Sequence[float]) -> str:
    return f"{median(values):.2f} ({min(values):.2f} to {max(values):.2f})"


if __name__ == "__main__":
    main()
