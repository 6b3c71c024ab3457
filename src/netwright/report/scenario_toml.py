"""A scenario written back as the TOML file that states it."""

import json
from collections.abc import Mapping
from typing import Any

from netwright.records.candidate import Candidate
from netwright.records.decision import Decision
from netwright.records.scenario import Limits, Scenario

_BARE_UNITS = {"ratio", "count"}


def scenario_toml(decision: Decision) -> str:
    """Return the scenario of a decision as TOML that `netwright study` reads.

    Args:
        decision: The decision; its qualities give the units of the tolerances.

    Returns:
        The text of the file.
    """
    scenario = decision.scenario
    units = {quality.name: quality.unit for quality in decision.qualities}
    blocks = [
        _table(_question(scenario)),
        "[design]\n" + _table(scenario.design.model_dump(mode="json")),
        "[limits]\n" + _table(_limits(scenario.limits)),
        *("[[candidate]]\n" + _table(_candidate(candidate)) for candidate in scenario.candidates),
    ]
    if scenario.constraints:
        blocks.append("[constraints]\n" + _table({limit.quality: limit.text for limit in scenario.constraints}))
    blocks.append("[preferences]\n" + _table(_preferences(scenario, units)))
    wishes = {"stopping": scenario.stopping, "modify": scenario.modify, "rates": scenario.rates}
    blocks += [
        f"[{name}]\n" + _table(wish.model_dump(mode="json")) for name, wish in wishes.items() if wish is not None
    ]
    return "\n\n".join(blocks) + "\n"


def _question(scenario: Scenario) -> dict[str, Any]:
    asked = {"qualities": list(scenario.qualities), "backends": list(scenario.backends)}
    question = {"name": scenario.name, "task": scenario.task, "data": scenario.data, "group": scenario.group}
    watched = {"dynamics": True} if scenario.dynamics else {}
    return question | {key: names for key, names in asked.items() if names} | watched


def _candidate(candidate: Candidate) -> dict[str, Any]:
    # of a pruned one all else is its base's
    return candidate.model_dump(mode="json", include={"name", "prune"} if candidate.prune is not None else None)


def _limits(limits: Limits) -> dict[str, Any]:
    return {"memory": _bytes(limits.memory), "time": f"{limits.time:.15g} s", "retries": limits.retries}


def _preferences(scenario: Scenario, units: Mapping[str, str]) -> dict[str, Any]:
    preferences = scenario.preferences
    tolerance = {name: _written(value, units.get(name)) for name, value in preferences.tolerance.items()}
    anchors = {name: [_written(end, units.get(name)) for end in ends] for name, ends in preferences.anchors.items()}
    told = {"order": list(preferences.order), "tolerance": tolerance}
    utility = {"weights": preferences.weights, "anchors": anchors}
    return told | {key: values for key, values in utility.items() if values}


def _written(value: float, unit: str | None) -> float | str:
    if unit is None or unit in _BARE_UNITS:
        return value
    symbol = "/s" if unit == "1/s" else unit
    return f"{value:.15g} {symbol}"


def _bytes(amount: float) -> str:
    gibibytes = amount / 2**30
    return f"{gibibytes:.0f} GiB" if gibibytes == int(gibibytes) else f"{amount:.15g} B"


def _table(values: Mapping[str, Any]) -> str:
    return "\n".join(f"{_key(key)} = {_value(value)}" for key, value in values.items() if value is not None)


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        inside = ", ".join(f"{_key(key)} = {_value(item)}" for key, item in value.items() if item is not None)
        return f"{{ {inside} }}" if inside else "{}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(_value(item) for item in value)}]"
    if isinstance(value, bool):
        return "true" if value else "false"
    return _string(value) if isinstance(value, str) else repr(value)


def _string(text: str) -> str:
    # JSON's escapes are TOML's, but for DEL, which TOML wants escaped and JSON leaves
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _key(key: str) -> str:
    bare = key.isascii() and key.replace("_", "").replace("-", "").isalnum()
    return key if bare else _string(key)
