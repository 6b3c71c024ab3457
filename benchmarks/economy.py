"""What a study that spends no more on what cannot win costs, beside its full design, and whether it decides alike.

    python benchmarks/economy.py [SCENARIO] [--out FOLDER]

Runs the scenario twice from nothing, full and economical. CPU-seconds are those of the trials' processes as a whole:
training, evaluation, instruments.
"""

import argparse
import tempfile
from pathlib import Path

from netwright.records.decision import Decision
from netwright.records.scenario import Scenario, Stopping
from netwright.studies.choose import choose
from netwright.studies.executors import LocalExecutor
from netwright.studies.read import read_scenario, read_study


def main() -> None:
    """Run both and print what each cost and chose."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("scenario", nargs="?", default="examples/garments.toml")
    arguments.add_argument("--out", type=Path, default=None)
    given = arguments.parse_args()
    scenario = read_scenario(given.scenario)
    out = given.out or Path(tempfile.mkdtemp(prefix="economy-"))
    full = _run(scenario.model_copy(update={"stopping": None}), out / "full")
    spare = _run(scenario.model_copy(update={"stopping": Stopping()}), out / "economical")
    for name, (decision, trials, cpu, training) in {"full": full, "economical": spare}.items():
        print(f"{name:<11} {trials:4d} trials, {cpu:7.1f} CPU-s in all, {training:7.1f} CPU-s of it training")
        print(f"            chosen {decision.chosen}, fallback {decision.fallback}; {decision.summary[0]}")
    print(f"CPU-seconds, economical over full: {spare[2] / full[2]:.1%}; of training alone {spare[3] / full[3]:.1%}")
    print(f"same choice: {full[0].chosen == spare[0].chosen}")


def _run(scenario: Scenario, out: Path) -> tuple[Decision, int, float, float]:
    decision = choose(scenario, out=out, executor=LocalExecutor())
    results = read_study(out).results
    training = sum(m.value for r in results for m in r.measurements if m.quality == "cpu_seconds")
    return decision, len(results), sum(r.cpu_seconds for r in results), training


if __name__ == "__main__":
    main()
