"""The whole way on real images, with real trials, a real package and a real registry."""

import pytest

from netwright.records.candidate import Candidate, Recipe
from netwright.records.decision import Decision
from netwright.records.scenario import Constraint, Design, Limits, Scenario
from netwright.serving.package import open_package
from netwright.studies.executors import LocalExecutor
from netwright.studies.pipeline.request import Request
from netwright.studies.pipeline.run import run_pipeline
from netwright.studies.pipeline.toolbox import tools


def scenario(accuracy):
    return Scenario(
        name="tiny-digits",
        task="image-classification",
        data="digits",
        design=Design(sizes=(100, 200), seeds=2, validation=100, test=200),
        limits=Limits(memory=2 * 2.0**30, time=60.0),
        candidates=(
            Candidate(name="mlp", model="mlp", options={"hidden": [16]}, recipe=Recipe(epochs=2)),
            Candidate(name="regression", model="logistic-regression"),
        ),
        constraints=(Constraint(quality="accuracy", relation=">=", bound=accuracy, text=f">= {accuracy}"),),
    )


@pytest.mark.slow
def test_digits_from_the_scenario_to_a_package_and_after_a_change_of_a_constraint(tmp_path, sources, shared_mlflow):
    root = tmp_path / "pipeline"
    request = Request(scenario(0.3), root, tools(LocalExecutor(2)), sources)
    first = run_pipeline(request)
    assert [step.status for step in first.steps] == ["done"] * 6
    package = open_package(root / "current")
    assert package.manifest.name == "tiny-digits"
    assert package.manifest.from_predictions == 0.0
    decided = Decision.from_json((root / "current" / "decision.json").read_bytes())

    second = run_pipeline(Request(scenario(0.35), root, tools(LocalExecutor(2)), sources))
    assert [step.status for step in second.steps] == ["cached"] * 3 + ["redone"] * 3
    assert "8 of 8 trials stood already" in second.step("study").told
    again = Decision.from_json((root / "current" / "decision.json").read_bytes())
    # not one figure was measured anew
    assert again.chosen == decided.chosen
    assert [one.measurements for one in again.candidates] == [one.measurements for one in decided.candidates]
    assert again.scenario.constraints[0].bound == 0.35
