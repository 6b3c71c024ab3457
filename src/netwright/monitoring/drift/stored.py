"""A drift monitor's state as bytes: what a restarted process goes on from."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load, save

from netwright.monitoring.drift.capital import Capital
from netwright.monitoring.drift.track import TrackState
from netwright.monitoring.drift.verdicts import Verdicts
from netwright.records.errors import InputError
from netwright.records.reference import Reference

FORMAT = "netwright drift 1"
_AGAIN = "delete it to begin the watch anew, or read the file that this package's monitor wrote"


@dataclass(frozen=True)
class Progress:
    """All that a monitor learnt.

    Args:
        rows: Rows that were bet on.
        tracks: State of each track.
        verdicts: Of all features.
        latest: (rows, F) bins of the latest rows.
        waiting: (rows, F) bins of the rows that wait for their block.
    """

    rows: int
    tracks: tuple[TrackState, ...]
    verdicts: Verdicts
    latest: NDArray[np.int16]
    waiting: NDArray[np.int16]


def write(progress: Progress, reference: Reference, seed: int, level: float) -> bytes:
    """Return a monitor's state as bytes.

    Args:
        progress: What it learnt.
        reference: What it compares with; only its digest is written.
        seed: Of its draws.
        level: Chance of any false alarm.

    Returns:
        A safetensors file: 8 bytes of length, a header in JSON, the arrays.
    """
    facts = {
        "format": FORMAT,
        "reference": _digest(reference),
        "seed": seed,
        "level": level,
        "rows": progress.rows,
        "begun": [track.capital.begun for track in progress.tracks],
    }
    arrays = {f"verdicts.{name}": value for name, value in vars(progress.verdicts).items()}
    arrays |= {"latest": progress.latest, "waiting": progress.waiting, "facts": np.frombuffer(_json(facts), np.uint8)}
    for index, track in enumerate(progress.tracks):
        arrays |= {f"{index}.counts": track.counts, f"{index}.memory": track.memory}
        arrays |= {f"{index}.{name}": value for name, value in _arrays(track.capital).items()}
    return save({name: np.ascontiguousarray(value) for name, value in arrays.items()})


def read(content: bytes, reference: Reference, fresh: Progress) -> tuple[Progress, int, float]:
    """Return the state that `write` wrote.

    Args:
        content: The bytes.
        reference: What the monitor compares with.
        fresh: The state of a new monitor of this reference, whose shapes the arrays must have.

    Returns:
        The progress, the seed, and the level.

    Raises:
        InputError: No such state, a damaged one, or one of another reference.
    """
    try:
        arrays = load(content)
        facts = json.loads(arrays["facts"].tobytes())
        progress = _progress(arrays, facts)
        marks = facts["format"], facts["reference"], int(facts["seed"]), float(facts["level"])
    except (SafetensorError, KeyError, ValueError, TypeError) as error:
        raise InputError(f"this is no state of a drift monitor ({error}): {_AGAIN}") from error
    if marks[:2] != (FORMAT, _digest(reference)):
        raise InputError(f"this state of a drift monitor belongs to another reference or version: {_AGAIN}")
    if _shapes(progress) != _shapes(fresh):
        raise InputError(f"this state of a drift monitor has arrays of other shapes than this version's: {_AGAIN}")
    return progress, marks[2], marks[3]


def _progress(arrays: dict[str, NDArray[Any]], facts: dict[str, Any]) -> Progress:
    tracks = tuple(
        TrackState(
            arrays[f"{index}.counts"],
            arrays[f"{index}.memory"],
            Capital(int(begun), *(arrays[f"{index}.{name}"] for name in ("log_wealth", "log_best", "since"))),
        )
        for index, begun in enumerate(facts["begun"])
    )
    names = ("log_values", "since", "discovered", "rang")
    verdicts = Verdicts(*(arrays[f"verdicts.{name}"] for name in names))
    return Progress(int(facts["rows"]), tracks, verdicts, arrays["latest"], arrays["waiting"])


def _arrays(capital: Capital) -> dict[str, NDArray[Any]]:
    return {name: value for name, value in vars(capital).items() if name != "begun"}


def _shapes(progress: Progress) -> list[tuple[int, ...]]:
    tracks = progress.tracks
    arrays = [part for one in tracks for part in (one.counts, one.memory, *_arrays(one.capital).values())]
    shapes = [array.shape for array in [*arrays, *vars(progress.verdicts).values()]]
    return [*shapes, progress.latest.shape[1:], progress.waiting.shape[1:]]


def _digest(reference: Reference) -> str:
    return hashlib.sha256(reference.to_json().encode()).hexdigest()


def _json(facts: dict[str, Any]) -> bytes:
    return json.dumps(facts).encode()
