"""Candidates of a scenario file that are other candidates, pruned."""

from typing import Any

from netwright.records.errors import nearest
from netwright.studies.faults import FaultFinder

FROM_BASE = ("model", "options", "recipe")
"""What a pruned candidate has from its base."""


def with_bases(finder: FaultFinder, values: list[Any]) -> list[Any]:
    """Return the tables of candidates, pruned ones filled in with the model, options and recipe of their bases.

    Args:
        finder: Notes what is wrong with a `prune`.
        values: What stands in the file.

    Returns:
        As many tables.
    """
    trained = {
        table["name"]: table
        for table in values
        if isinstance(table, dict) and "prune" not in table and isinstance(table.get("name"), str)
    }
    return [
        _filled(finder, table, index, trained) if isinstance(table, dict) and "prune" in table else table
        for index, table in enumerate(values)
    ]


def _filled(finder: FaultFinder, table: dict[str, Any], index: int, trained: dict[str, Any]) -> dict[str, Any]:
    prune = table["prune"]
    for key in FROM_BASE:
        if key in table:
            finder.add(("candidate", index, key), "a pruned candidate has it from its base", "Leave it out.")
    if not isinstance(prune, dict):
        # what `Candidate` says of it is enough; a model must stand there so that it says nothing else
        return {**table, "model": table.get("model", "mlp")}
    base = trained.get(prune.get("base", ""))
    if base is None:
        known = nearest(str(prune.get("base", "")), list(trained))
        finder.add(("candidate", index, "prune", "base"), f"found {prune.get('base')!r}, no trained candidate", known)
        return {**table, "model": table.get("model", "mlp")}
    return {**table, **{key: base[key] for key in FROM_BASE if key in base}}
