"""The parts of a scenario file, each turned into its record or into faults."""

import re
from functools import partial
from pathlib import Path as Folder
from typing import Any, get_args

from netwright.data.catalog import ADDRESSES, find_source
from netwright.data.source import Source
from netwright.models.catalog import ARCHITECTURES, check_options, find_architecture
from netwright.qualities.catalog import find_quality
from netwright.records.candidate import Candidate
from netwright.records.quality import Quality
from netwright.records.scenario import Constraint, Design, Limits, Preferences, Task
from netwright.studies.amounts import read_amount
from netwright.studies.faults import FaultFinder
from netwright.studies.scenario_prune import with_bases
from netwright.studies.scenario_utility import read_utility
from netwright.studies.toml_lines import Path

_FACTORY = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_]\w*")
_LIMIT = re.compile(r"\s*(<=|>=)\s*(.+)")
_GIVES = {"text-classification": "texts", "video-classification": "clips"}
"""What a task gives a model to read, where it is no numbers."""


def read_data(finder: FaultFinder, name: Any) -> Source | None:
    """Return the source of a data name; None for a folder, and after noting a fault."""
    if not isinstance(name, str):
        finder.add(("data",), f"found {name!r}", "Write the name of a data source, or an address such as folder:PATH.")
        return None
    if name.startswith(ADDRESSES):
        return None
    return finder.attempt(lambda: find_source(name), ("data",))


def read_design(finder: FaultFinder, values: Any, source: Source | None) -> Design | None:
    """Return the design, checked against what the data source holds."""
    design = finder.build(Design, values, ("design",))
    if design is None:
        return None
    path: Path = ("design", "sizes")
    if list(design.sizes) != sorted(set(design.sizes)):
        finder.add(path, f"found {list(design.sizes)}", "List each size once, ascending.")
    if source is None:
        return design
    room = source.train - design.validation
    if design.sizes[-1] > room:
        finder.add(
            path,
            f"found {design.sizes[-1]}, but {source.name} has {source.train} training samples, "
            f"{design.validation} of them held out for validation",
            f"Ask for at most {max(room, 0)}, or lower design.validation.",
        )
    if design.sizes[0] < source.classes:
        finder.add(
            path, f"found {design.sizes[0]}, fewer than the {source.classes} classes", "Give each class a sample."
        )
    if design.test is not None and design.test > source.test:
        finder.add(("design", "test"), f"found {design.test}", f"{source.name} has {source.test} test samples.")
    return design


def read_limits(finder: FaultFinder, values: Any) -> Limits | None:
    """Return the limits of a trial, written as `memory = "6 GiB"` and `time = "180 s"`."""
    if not isinstance(values, dict):
        finder.add(("limits",), f"found {values!r}", "Write a table.")
        return None
    units = {"memory": "B", "time": "s"}
    parsed = dict(values)
    for key, unit in units.items():
        if key in values:
            parsed[key] = read_amount(finder, values[key], unit, ("limits", key))
    if None in parsed.values():
        finder.known_keys(values, tuple(units), ("limits",))
        return None
    return finder.build(Limits, parsed, ("limits",))


def read_candidates(finder: FaultFinder, values: Any, home: Folder, task: Any) -> tuple[Candidate, ...]:
    """Return the candidates, models and options checked against catalog and task, weights relative to `home`.

    One without a recipe gets that of its architecture, so that a decision always states how each was trained.
    """
    if not isinstance(values, list) or not values:
        finder.add(("candidate",), "there is no candidate", "Add at least one [[candidate]] with name and model.")
        return ()
    values = [_with_recipe(table) for table in with_bases(finder, values)]
    built = [finder.build(Candidate, value, ("candidate", index)) for index, value in enumerate(values)]
    tables = [(index, value) for index, value in enumerate(values) if isinstance(value, dict)]
    seen: set[str] = set()
    for index, table in tables:
        name = str(table.get("name"))
        if name in seen:
            finder.add(("candidate", index, "name"), f"{name!r} is taken", "Give each its own name.")
        seen.add(name)
        # on what stands in the file, so that a fault in the recipe does not hide one in the model
        _check_model(finder, table.get("model"), table.get("options", {}), index)
        _check_task(finder, table.get("model"), task, index)
        _check_weights(finder, table.get("recipe"), home, index)
    return tuple(_anchored(candidate, home) for candidate in built if candidate is not None)


def read_constraints(finder: FaultFinder, values: Any) -> tuple[Constraint, ...]:
    """Return the constraints, written as `quality = ">= 0.80"` with the quality's unit."""
    if not isinstance(values, dict):
        finder.add(("constraints",), f"found {values!r}", "Write a table of quality = limit.")
        return ()
    found = (_constraint(finder, name, text) for name, text in values.items())
    return tuple(constraint for constraint in found if constraint is not None)


def read_preferences(finder: FaultFinder, values: Any) -> Preferences | None:
    """Return the preferences, their qualities and units checked."""
    if not isinstance(values, dict):
        finder.add(("preferences",), f"found {values!r}", "Write a table.")
        return None
    tolerances = values.get("tolerance", {})
    parsed = dict(values)
    if isinstance(tolerances, dict):
        parsed["tolerance"] = {name: _tolerance(finder, name, value) for name, value in tolerances.items()}
        if None in parsed["tolerance"].values():
            parsed["tolerance"] = {}
    parsed |= read_utility(finder, values)
    preferences = finder.build(Preferences, parsed, ("preferences",))
    for index, name in enumerate(preferences.order if preferences else ()):
        _quality(finder, name, ("preferences", "order", index))
    return preferences


def _with_recipe(table: Any) -> Any:
    if not isinstance(table, dict) or "recipe" in table:
        return table
    known = next((architecture for architecture in ARCHITECTURES if architecture.name == table.get("model")), None)
    return table if known is None else {**table, "recipe": known.recipe.model_dump()}


def _check_weights(finder: FaultFinder, recipe: Any, home: Folder, index: int) -> None:
    weights = recipe.get("weights") if isinstance(recipe, dict) else None
    if isinstance(weights, str) and not (home / weights).is_file():
        path: Path = ("candidate", index, "recipe", "weights")
        finder.add(path, f"there is no file {home / weights}", "Name a safetensors file, relative to this one.")


def _anchored(candidate: Candidate, home: Folder) -> Candidate:
    """Return a candidate whose files are named so that they are the same ones from every folder."""
    recipe, options = candidate.recipe, dict(candidate.options)
    if recipe.weights is not None:
        recipe = recipe.model_copy(update={"weights": str((home / recipe.weights).resolve())})
    if ":" not in candidate.model and isinstance(checkpoint := options.get("checkpoint"), str):
        options["checkpoint"] = str((home / checkpoint).resolve())
    return candidate.model_copy(update={"recipe": recipe, "options": options})


def _check_model(finder: FaultFinder, model: Any, options: Any, index: int) -> None:
    path: Path = ("candidate", index, "model")
    if not isinstance(model, str) or _FACTORY.fullmatch(model):
        return
    if ":" in model:
        finder.add(path, f"found {model!r}", "Write a factory as package.module:function.")
        return
    architecture = finder.attempt(lambda: find_architecture(model), path)
    if architecture is None or not isinstance(options, dict):
        return
    for option in options:
        finder.attempt(partial(check_options, model, [option], architecture.options), ("candidate", index, "options"))


def _check_task(finder: FaultFinder, model: Any, task: Any, index: int) -> None:
    known = next((architecture for architecture in ARCHITECTURES if architecture.name == model), None)
    if known is None or task not in get_args(Task):
        return
    given = _GIVES.get(task, "numbers")
    if known.reads != given:
        fitting = ", ".join(architecture.name for architecture in ARCHITECTURES if architecture.reads == given)
        path: Path = ("candidate", index, "model")
        finder.add(path, f"{model} reads {known.reads}, and {task} gives {given}", f"Take one of {fitting}.")


def _constraint(finder: FaultFinder, name: str, text: Any) -> Constraint | None:
    path: Path = ("constraints", name)
    quality = _quality(finder, name, path)
    limit = _LIMIT.fullmatch(text) if isinstance(text, str) else None
    if limit is None:
        finder.add(path, f"found {text!r}", 'Write a relation and a bound, such as ">= 0.80" or "<= 10 ms".')
    if quality is None or limit is None:
        return None
    bound = read_amount(finder, limit[2], quality.unit, path)
    if bound is None:
        return None
    return Constraint(quality=name, relation=">=" if limit[1] == ">=" else "<=", bound=bound, text=text)


def _tolerance(finder: FaultFinder, name: str, value: Any) -> float | None:
    path: Path = ("preferences", "tolerance", name)
    quality = _quality(finder, name, path)
    amount = read_amount(finder, value, quality.unit, path) if quality else None
    if amount is not None and amount < 0:
        finder.add(path, f"found {value!r}", "A tolerance is at least 0.")
    return amount


def _quality(finder: FaultFinder, name: str, path: Path) -> Quality | None:
    return finder.attempt(lambda: find_quality(name), path)
