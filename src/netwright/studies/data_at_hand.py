"""The data set of a job: the copy that was brought to this machine, else the one from its source."""

import hashlib
import json
from importlib import import_module
from pathlib import Path
from typing import cast

from netwright.data import catalog
from netwright.data.dataset import Dataset
from netwright.data.keep import kept
from netwright.data.packed import Packable
from netwright.machine.cache import cache_folder
from netwright.records.errors import DataError


def load(name: str) -> Dataset:
    """Return a data set; where it was brought to this machine, its source is not asked.

    Args:
        name: Name of a source, or the address that a scenario wrote.

    Returns:
        The data set.

    Raises:
        DataError: The copy that was brought is damaged.
    """
    note = cache_folder() / note_place(name)
    if not note.exists():
        return catalog.load(name)
    told = json.loads(note.read_bytes())
    module, _, kind = told["kind"].partition(":")

    def damaged() -> Packable:
        raise DataError(f"the copy of {name} beside {note} is damaged; start the study again")

    return cast("Dataset", kept(_place(name), told["fingerprint"], getattr(import_module(module), kind), damaged))


def pack(name: str) -> tuple[Path, bytes]:
    """Return what has to be brought to another machine, so that `load` finds a data set there.

    Args:
        name: Name of a source, or the address that a scenario wrote.

    Returns:
        (the file of its arrays, which belongs at `data_place(name)`; a note, which belongs at `note_place(name)` after
        it), both below the cache folder there.
    """
    dataset = cast("Packable", catalog.load(name))
    kind = type(dataset)
    kept(_place(name), dataset.fingerprint, kind, lambda: dataset)
    note = {"name": name, "fingerprint": dataset.fingerprint, "kind": f"{kind.__module__}:{kind.__qualname__}"}
    return cache_folder() / data_place(name), json.dumps(note).encode()


def data_place(name: str) -> str:
    """Return where the arrays of a brought data set stand, below the cache folder."""
    return f"{_place(name)}.safetensors"


def note_place(name: str) -> str:
    """Return where stands that a data set was brought, below the cache folder.

    >>> note_place("digits")
    'brought/cc6b6bad31a0ff4d.json'
    """
    return f"{_place(name)}.json"


def _place(name: str) -> str:
    return f"brought/{hashlib.sha256(name.encode()).hexdigest()[:16]}"
