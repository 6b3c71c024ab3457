"""What a pipeline costs beside the work of its steps, and how much of that work each kind of change does again.

    python benchmarks/pipeline_overhead.py

The digits of scikit-learn, two candidates, two sizes, two seeds: 8 trials. Each line is one run of the same pipeline
after one change of its scenario.
"""

import os
import tempfile
import time
from pathlib import Path

from netwright.machine.hardware import conditions
from netwright.records.candidate import Candidate, Recipe
from netwright.records.scenario import Constraint, Design, Preferences, Scenario
from netwright.studies.executors import LocalExecutor
from netwright.studies.pipeline.request import Request
from netwright.studies.pipeline.run import run_pipeline
from netwright.studies.pipeline.source_digest import Sources
from netwright.studies.pipeline.toolbox import tools
from netwright.studies.trial_job import trials_of


def scenario(**changes) -> Scenario:
    """Return the scenario with some of its parts changed."""
    plain = Scenario(
        name="overhead",
        task="image-classification",
        data="digits",
        design=Design(sizes=(200, 400), seeds=2, validation=200),
        candidates=(
            Candidate(name="mlp", model="mlp", options={"hidden": [64]}, recipe=Recipe(epochs=8)),
            Candidate(name="regression", model="logistic-regression"),
        ),
        constraints=(limit(0.5),),
    )
    return plain.model_copy(update=changes)


def limit(bound: float) -> Constraint:
    """Return a constraint on accuracy."""
    return Constraint(quality="accuracy", relation=">=", bound=bound, text=f">= {bound}")


TREE = Candidate(name="tree", model="decision-tree")
RUNS = (
    ("first run", {}),
    ("nothing", {}),
    ("a constraint", {"constraints": (limit(0.6),)}),
    ("the preferences", {"preferences": Preferences(order=("size", "accuracy"))}),
    ("one candidate more", {"candidates": (*scenario().candidates, TREE)}),
    ("one seed more", {"design": Design(sizes=(200, 400), seeds=3, validation=200)}),
    ("another validation part", {"design": Design(sizes=(200, 400), seeds=2, validation=150)}),
    ("back to the first", {}),
)


def main() -> None:
    """Run the pipeline after one change after the other."""
    print(f"hardware: {conditions().hardware}")
    with tempfile.TemporaryDirectory() as place:
        root = Path(place) / "pipeline"
        os.environ["MLFLOW_TRACKING_URI"] = f"sqlite:///{root}/mlflow.db"
        for notes in ("cold", "warm"):
            # one for all runs: what is imported here is the code of now, whatever becomes of its files meanwhile
            sources = Sources(notes=Path(place) / "sources.json")
            begun = time.perf_counter()
            sources.digest(["netwright.studies.choose", "netwright.studies.ship.packing"])
            print(f"digest of the source, {notes}: {time.perf_counter() - begun:.3f} s")
            sources.remember()
        print(f"{'what changed':<25}{'seconds':>9}  {'done again':<52}trials taken over")
        for title, changes in RUNS:
            changed = scenario(**changes)
            request = Request(changed, root, tools(LocalExecutor()), sources)
            begun = time.perf_counter()
            record = run_pipeline(request)
            seconds = time.perf_counter() - begun
            ran = [step.name for step in record.steps if step.status != "cached"]
            told = record.step("study").told.partition("; ")[2].partition(" trials")[0] if "study" in ran else ""
            taken = told or (f"0 of {len(trials_of(changed))}" if "study" in ran else "no study")
            print(f"{title:<25}{seconds:>9.2f}  {', '.join(ran) or 'nothing':<52}{taken}")


if __name__ == "__main__":
    main()
