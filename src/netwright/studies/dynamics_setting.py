"""Which training is to be watched: a candidate of a scenario, or a model on a data set, and what is changed of it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from pydantic import ValidationError

from netwright.models.catalog import ARCHITECTURES
from netwright.records.candidate import Candidate, Recipe
from netwright.records.errors import InputError, nearest
from netwright.records.scenario import Design, Scenario

SAMPLES = 2000
"""Training samples where nobody says how many: enough for some hundred steps."""


@dataclass(frozen=True)
class DynamicsSetting:
    """One training that is to be watched.

    Args:
        candidate: The model and its recipe.
        data: Name of a data source, or an address.
        design: What is held out, as in the studies of its scenario.
        size: Training samples; None takes `SAMPLES`, or all there are.
        seed: Decides weights and batches as in a study's trial.
        steps: Optimizer steps; None trains as long as the recipe says.
        every: Steps between readings.
    """

    candidate: Candidate
    data: str
    design: Design
    size: int | None = None
    seed: int = 0
    steps: int | None = None
    every: int = 10

    @property
    def title(self) -> str:
        """What is trained on what."""
        return f"{self.candidate.name} on {self.data}"


def setting_of_scenario(scenario: Scenario, name: str | None = None) -> DynamicsSetting:
    """Return the training of a scenario's candidate at its largest size with its first seed.

    Args:
        scenario: The scenario.
        name: The candidate; the first one that is trained by gradient descent if not given.

    Returns:
        The setting.

    Raises:
        InputError: There is no such candidate, or none has dynamics.
    """
    names = [candidate.name for candidate in scenario.candidates]
    if name is not None and name not in names:
        raise InputError(f"scenario {scenario.name} has no candidate {name!r}. {nearest(name, names)}")
    wanted = [c for c in scenario.candidates if c.name == name or (name is None and not _fits_itself(c))]
    if not wanted:
        raise InputError(f"every candidate of scenario {scenario.name} fits itself; add one that is trained by steps")
    candidate = wanted[0]
    design = scenario.design
    return DynamicsSetting(candidate, scenario.data, design, design.sizes[-1], design.first_seed)


def _fits_itself(candidate: Candidate) -> bool:
    return any(known.name == candidate.model and known.fits_itself for known in ARCHITECTURES)


def setting_of_model(model: str, data: str) -> DynamicsSetting:
    """Return the training of a model that no scenario names, by the standard recipe.

    Args:
        model: A name of the catalog, or `package.module:factory`.
        data: Name of a data source, or an address.

    Returns:
        The setting.

    >>> setting_of_model("mlp", "digits").title
    'mlp on digits'
    """
    name = re.sub(r"^[^A-Za-z0-9]+|[^A-Za-z0-9._-]", "", model.rpartition(":")[2])[:64] or "model"
    return DynamicsSetting(Candidate(name=name, model=model), data, Design(sizes=(SAMPLES,), validation=1))


def with_recipe(setting: DynamicsSetting, changes: Mapping[str, object]) -> DynamicsSetting:
    """Return a setting whose recipe differs.

    Args:
        setting: The setting.
        changes: Field of the recipe -> its new value.

    Returns:
        The changed setting.

    Raises:
        InputError: A value is none that a recipe may have.

    >>> with_recipe(setting_of_model("mlp", "digits"), {"lr": 0.5}).candidate.recipe.lr
    0.5
    """
    candidate = setting.candidate
    try:
        recipe = Recipe.model_validate(candidate.recipe.model_dump() | dict(changes))
    except ValidationError as error:
        faults = [f"{fault['loc'][0]}: found {fault['input']!r}; {fault['msg']}" for fault in error.errors()]
        raise InputError("the recipe cannot be changed so: " + "; ".join(faults)) from error
    return replace(setting, candidate=candidate.model_copy(update={"recipe": recipe}))
