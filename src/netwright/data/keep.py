"""Decoded data sets, kept in the cache as one file that many processes map at once."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import contiguous_format

from netwright.data.packed import Packable, Packed
from netwright.machine.cache import cache_folder
from netwright.machine.durable import write_durably
from netwright.records.errors import StorageError

D = TypeVar("D", bound=Packable)
_FORMAT = "2"


def kept(place: str, key: str, kind: type[D], make: Callable[[], D]) -> D:
    """Return a decoded data set from the cache; make it, and keep it there, where it is missing or not sound.

    A kept file is sound when its format and key are the wanted ones and its content has the fingerprint it states:
    a truncated, corrupt or outdated file is replaced. Processes may do this at once; each sees a whole file.

    Args:
        place: Path below the cache folder, without suffix.
        key: What the decoded form was made from; another key means that it is outdated.
        kind: The class of the data set.
        make: Decodes the data set.

    Returns:
        The data set; its arrays are mapped from the file, where there was one.

    Raises:
        StorageError: The cache cannot be written.
    """
    path = cache_folder() / f"{place}.safetensors"
    found = _read(path, key, kind)
    if found is not None:
        return found
    dataset = make()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(
            f"could not make {path.parent}: {error.strerror}; set NETWRIGHT_CACHE to a folder that you may write to"
        ) from error
    write_durably(path, _written(dataset, key))
    return dataset


def _written(dataset: Packable, key: str) -> bytes:
    packed = dataset.packed()
    # copies: safetensors refuses arrays that share memory, as slices of one tensor do
    arrays = {name: array.clone(memory_format=contiguous_format) for name, array in packed.arrays.items()}
    about = {"format": _FORMAT, "key": key, "fingerprint": dataset.fingerprint}
    return save(arrays, metadata={**about, **{f"fact {name}": text for name, text in packed.facts.items()}})


def _read(path: Path, key: str, kind: type[D]) -> D | None:
    try:
        with safe_open(path, framework="pt") as file:
            about = file.metadata() or {}
            if about.get("format") != _FORMAT or about.get("key") != key:
                return None
            arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - no mapping
        facts = {name.removeprefix("fact "): text for name, text in about.items() if name.startswith("fact ")}
        dataset = kind.unpacked(Packed(arrays, facts))
    except (OSError, SafetensorError, KeyError, ValueError, TypeError):
        # missing or not sound: either way it is made anew
        return None
    return dataset if dataset.fingerprint == about.get("fingerprint") else None
