"""A small scenario on the digits inside scikit-learn, and the misbehaving factories on the path."""

from pathlib import Path

import pytest

from netwright.records.candidate import Candidate, Recipe
from netwright.records.scenario import Constraint, Design, Limits, Preferences, Scenario

HERE = str(Path(__file__).parent)
RECIPE = Recipe(lr=0.1, epochs=3, batch_size=32)


@pytest.fixture(autouse=True)
def _factories_on_the_path(monkeypatch, shared_mlflow):
    monkeypatch.syspath_prepend(HERE)


def candidate(name: str, model: str, **options) -> Candidate:
    return Candidate(name=name, model=model, options=options, recipe=RECIPE)


def scenario_of(*candidates: Candidate, seconds: float = 60.0, accuracy: float = 0.5) -> Scenario:
    return Scenario(
        name="tiny",
        task="image-classification",
        data="digits",
        design=Design(sizes=(50, 100, 200), seeds=2, validation=100),
        limits=Limits(memory=2 * 2.0**30, time=seconds),
        candidates=candidates,
        constraints=(Constraint(quality="accuracy", relation=">=", bound=accuracy, text=f">= {accuracy}"),),
        preferences=Preferences(order=("accuracy", "size"), tolerance={"accuracy": 0.01}),
    )
