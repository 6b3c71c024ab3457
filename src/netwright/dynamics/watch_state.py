"""The state of a watched training, checked against the symmetries that it belongs to."""

from collections.abc import Sequence
from typing import Any

from netwright.dynamics.family import Family
from netwright.records.errors import InputError

VERSION = 1


def pack(families: Sequence[Family], *parts: dict[str, Any]) -> dict[str, Any]:
    """Return the parts of a state with the charges that they belong to.

    Args:
        families: What is watched.
        *parts: Dictionaries of plain values and tensors.

    Returns:
        A dictionary that torch.save writes and torch.load reads with `weights_only`.

    >>> unpack((), pack((), {"steps": 3}))
    [{'steps': 3}]
    """
    return {"version": VERSION, "families": _described(families), "parts": list(parts)}


def unpack(families: Sequence[Family], state: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the parts of a state.

    Args:
        families: What is watched.
        state: What `pack` returned.

    Returns:
        The parts, in their order.

    Raises:
        InputError: The state is of another version, or belongs to other symmetries.
    """
    if state.get("version") != VERSION:
        raise InputError(
            f"the state has version {state.get('version')}, this netwright reads {VERSION}. "
            "Hand in what `state_dict` of a watch returned, or start to watch anew."
        )
    own = _described(families)
    other = [found for found in state["families"] if found not in own]
    lacking = [found for found in own if found not in state["families"]]
    if state["families"] != own:
        kind, place, count = (other or lacking or own)[0][:3]
        raise InputError(
            f"the state is of {len(state['families'])} families, {len(own)} are watched; the first that differs is "
            f"{kind} at {place} with {count} charges. Watch the same symmetries of the same model."
        )
    return list(state["parts"])


def _described(families: Sequence[Family]) -> list[list[Any]]:
    rows = [family.symmetry for family in families]
    return [[row.kind, row.place, row.count, list(row.parameters)] for row in rows]
