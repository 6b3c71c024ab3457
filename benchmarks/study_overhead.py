"""What a study costs beyond its trainings: processes, checkpoints, ledger, MLflow runs, measurements.

The same trainings run as a study with one worker and in a bare loop in one process, one after the other.

Run: python benchmarks/study_overhead.py [SCENARIO] [--seeds 1] [--repeats 1]
"""

import argparse
import statistics
import tempfile
import time
from pathlib import Path

from bare_loop import run_bare
from netwright import LocalExecutor, choose, read_scenario


def main() -> None:
    """Print the seconds of both, and the overhead against training and against training and evaluation."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scenario", nargs="?", default="examples/garments.toml")
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--repeats", type=int, default=1)
    arguments = parser.parse_args()
    scenario = read_scenario(arguments.scenario)
    design = scenario.design.model_copy(update={"seeds": arguments.seeds})
    scenario = scenario.model_copy(update={"design": design})
    ratios = []
    for _ in range(arguments.repeats):
        with tempfile.TemporaryDirectory() as folder:
            start = time.perf_counter()
            choose(scenario, out=Path(folder), executor=LocalExecutor(workers=1))
            study = time.perf_counter() - start
        bare = run_bare(scenario)
        beyond = study - bare["all"]
        ratios.append(beyond / bare["training"])
        print(
            f"study {study:.1f} s; bare loop {bare['all']:.1f} s, of it training {bare['training']:.1f} s; "
            f"overhead {beyond:.1f} s = {beyond / bare['training']:.1%} of the training time"
        )
    print(f"median {statistics.median(ratios):.1%}, {min(ratios):.1%} to {max(ratios):.1%} ({len(ratios)} runs)")


if __name__ == "__main__":
    main()
