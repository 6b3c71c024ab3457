"""Weights and anchors of a utility, as a scenario file writes them."""

from typing import Any

from netwright.qualities.catalog import find_quality
from netwright.studies.amounts import read_amount
from netwright.studies.faults import FaultFinder
from netwright.studies.toml_lines import Path


def read_utility(finder: FaultFinder, values: dict[str, Any]) -> dict[str, Any]:
    """Return weights that sum to 1 and anchors in base units, of a `preferences` table; faulty parts are left empty.

    Weights are written as `{ accuracy = 3, "latency.p99" = 1 }`, anchors as
    `{ accuracy = ["0.70", "0.95"], "latency.p99" = ["10 ms", "0.1 ms"] }`, worst first.
    """
    weights = _table(finder, values.get("weights", {}), ("preferences", "weights"))
    anchors = _table(finder, values.get("anchors", {}), ("preferences", "anchors"))
    found: dict[str, dict[str, Any]] = {
        "weights": {name: _weight(finder, name, weight) for name, weight in weights.items()},
        "anchors": {name: _anchor(finder, name, ends) for name, ends in anchors.items()},
    }
    for name in found["weights"]:
        if name not in anchors:
            finder.add(("preferences", "weights", name), "it has no anchor", "Add its worst and best value to anchors.")
    kept = {key: {} if None in table.values() else table for key, table in found.items()}
    total = sum(kept["weights"].values())
    kept["weights"] = {name: weight / total for name, weight in kept["weights"].items()} if total else {}
    return kept


def _table(finder: FaultFinder, values: Any, path: Path) -> dict[str, Any]:
    if isinstance(values, dict):
        return values
    finder.add(path, f"found {values!r}", "Write a table.")
    return {}


def _weight(finder: FaultFinder, name: str, weight: Any) -> float | None:
    path: Path = ("preferences", "weights", name)
    quality = finder.attempt(lambda: find_quality(name), path)
    if quality is None:
        return None
    if isinstance(weight, bool) or not isinstance(weight, int | float) or not 0 < weight < float("inf"):
        finder.add(path, f"found {weight!r}", "Write a positive number; weights count relative to each other.")
        return None
    return float(weight)


def _anchor(finder: FaultFinder, name: str, ends: Any) -> tuple[float, float] | None:
    path: Path = ("preferences", "anchors", name)
    quality = finder.attempt(lambda: find_quality(name), path)
    if quality is None:
        return None
    if not isinstance(ends, list) or len(ends) != 2:
        finder.add(path, f"found {ends!r}", 'Write the worst and the best value, such as ["0.7", "0.95"].')
        return None
    worst, best = (read_amount(finder, end, quality.unit, path) for end in ends)
    if worst is None or best is None:
        return None
    if (worst < best) != (quality.direction == "higher") or worst == best:
        finder.add(path, f"found {ends!r}, but {quality.direction} is better", "Write the worst value first.")
        return None
    return worst, best
