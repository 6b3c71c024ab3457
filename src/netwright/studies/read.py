"""Reading what people and studies wrote: scenario files and study folders."""

import re
import tomllib
from pathlib import Path
from typing import Any, get_args

from netwright.data.catalog import anchored
from netwright.records.decision import Decision
from netwright.records.errors import Fault, InputError, LedgerError, ScenarioError
from netwright.records.evaluation import Evaluation
from netwright.records.explanation import Explanations
from netwright.records.factors import Factors
from netwright.records.scenario import Scenario, Task
from netwright.records.search import Search
from netwright.records.study import Study
from netwright.studies.faults import FaultFinder
from netwright.studies.scenario_parts import (
    read_candidates,
    read_constraints,
    read_data,
    read_design,
    read_limits,
    read_preferences,
)
from netwright.studies.scenario_wishes import (
    read_backends,
    read_modify,
    read_qualities,
    read_rates,
    read_stopping,
)
from netwright.studies.toml_lines import key_lines
from netwright.studies.trial_job import EVALUATION, EXPLANATIONS
from netwright.studies.watched import watched_trainings
from netwright.tracking.ledger import read_results

_KEYS = (
    *("name", "task", "data", "design", "limits", "candidate", "constraints", "preferences"),
    *("qualities", "backends", "group", "stopping", "modify", "rates", "dynamics"),
)


def read_scenario(path: str | Path) -> Scenario:
    """Return the scenario that a TOML file states.

    Args:
        path: The file. Data given as `folder:PATH` is relative to it.

    Returns:
        The scenario, with every amount in base units.

    Raises:
        InputError: The file is missing or no text.
        ScenarioError: It has faults: all of them, each with line and key.
    """
    path = Path(path)
    text = _text(path)
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"line (\d+)", str(error))
        fault = Fault(int(place[1]) if place else None, "(syntax)", str(error), "Correct the TOML syntax.")
        raise ScenarioError(path, [fault]) from error
    finder = FaultFinder(key_lines(text))
    scenario = _scenario(finder, values, path.parent)
    if finder.faults or scenario is None:
        raise ScenarioError(path, finder.faults)
    return scenario


def read_study(folder: str | Path) -> Study:
    """Return the decision that a study left in its folder, with every trial behind it.

    Args:
        folder: The study's output folder.

    Returns:
        The study.

    Raises:
        LedgerError: There is no decision in the folder.
    """
    folder = Path(folder)
    file = folder / "decision.json"
    if not file.is_file():
        raise LedgerError(f"{folder} holds no decision.json; run `netwright study` with --out {folder} to its end")
    decision = Decision.from_json(file.read_bytes())
    factors, search = folder / "factors.json", folder / "modify" / "search.json"
    results = tuple(read_results(folder).values())
    answers, reasons = folder / EVALUATION, folder / EXPLANATIONS
    return Study(
        decision=decision,
        results=results,
        factors=Factors.from_json(factors.read_bytes()) if factors.is_file() else None,
        searches=(Search.from_json(search.read_bytes()),) if search.is_file() else (),
        dynamics=watched_trainings(results, folder),
        evaluation=Evaluation.from_json(answers.read_bytes()) if answers.is_file() else None,
        explanations=Explanations.from_json(reasons.read_bytes()) if reasons.is_file() else None,
    )


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise InputError(f"there is no scenario file {path}; examples/ holds some to start from") from error
    except IsADirectoryError as error:
        raise InputError(f"{path} is a folder; name the scenario's TOML file") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is no UTF-8 text (byte {error.start}); save it as UTF-8") from error


def _scenario(finder: FaultFinder, values: dict[str, Any], home: Path) -> Scenario | None:
    finder.known_keys(values, _KEYS, ())
    if "design" not in values:
        finder.add(("design",), "it is missing", "Add a table with sizes and seeds.")
    source = read_data(finder, values["data"]) if "data" in values else None
    parts: dict[str, Any] = {
        "design": read_design(finder, values["design"], source) if "design" in values else None,
        "limits": read_limits(finder, values.get("limits", {})),
        "candidates": read_candidates(finder, values.get("candidate"), home, values.get("task")),
        "constraints": read_constraints(finder, values.get("constraints", {})),
        "preferences": read_preferences(finder, values.get("preferences", {})),
        "qualities": read_qualities(finder, values.get("qualities", [])),
        "backends": read_backends(finder, values.get("backends", [])),
        "rates": read_rates(finder, values.get("rates", {})),
    }
    names = [candidate.name for candidate in parts["candidates"]]
    parts["stopping"] = read_stopping(finder, values["stopping"]) if "stopping" in values else None
    parts["modify"] = read_modify(finder, values["modify"], names) if "modify" in values else None
    heads = {key: values[key] for key in ("name", "task", "data", "group", "dynamics") if key in values}
    if source is not None and heads.get("task") in set(get_args(Task)) - {source.task}:
        finder.add(("task",), f"found {heads['task']!r}, but {source.name} is for {source.task}", "Write that.")
    if "data" in heads:
        data = str(heads["data"])
        heads["data"] = finder.attempt(lambda: anchored(data, home), ("data",)) or data
    if not finder.faults:
        return finder.build(Scenario, heads | parts, ())
    # the parts are faulty already: valid ones stand in for them, so that the plain keys are looked at too
    stand_ins = {"design": {"sizes": [2]}, "candidates": [{"name": "stand-in", "model": "mlp"}]}
    finder.build(Scenario, heads | stand_ins, ())
    return None
