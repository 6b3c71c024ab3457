"""Decoded data sets, kept in the cache as one file that many processes map at once."""

import json
from collections.abc import Callable
from pathlib import Path

from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import contiguous_format

from netwright.data.dataset import ImageDataset, make_dataset
from netwright.machine.cache import cache_folder
from netwright.machine.durable import write_durably
from netwright.records.errors import StorageError

_ARRAYS = ("train_images", "train_labels", "test_images", "test_labels")
_TOLD = ("classes", "notes", "train_files", "test_files")
_FORMAT = "1"


def kept(place: str, key: str, make: Callable[[], ImageDataset]) -> ImageDataset:
    """Return a decoded data set from the cache; make it, and keep it there, where it is missing or not sound.

    A kept file is sound when its format and key are the wanted ones and its arrays have the fingerprint it states:
    a truncated, corrupt or outdated file is replaced. Processes may do this at once; each sees a whole file.

    Args:
        place: Path below the cache folder, without suffix.
        key: What the decoded form was made from; another key means that it is outdated.
        make: Decodes the data set.

    Returns:
        The data set; its arrays are mapped from the file, where there was one.

    Raises:
        StorageError: The cache cannot be written.
    """
    path = cache_folder() / f"{place}.safetensors"
    found = _read(path, key)
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


def _written(dataset: ImageDataset, key: str) -> bytes:
    # copies: safetensors refuses arrays that share memory, as slices of one tensor do
    arrays = {name: getattr(dataset, name).clone(memory_format=contiguous_format) for name in _ARRAYS}
    about = {
        "format": _FORMAT,
        "key": key,
        "name": dataset.name,
        "fingerprint": dataset.fingerprint,
        **{name: json.dumps(getattr(dataset, name)) for name in _TOLD},
    }
    return save(arrays, metadata=about)


def _read(path: Path, key: str) -> ImageDataset | None:
    try:
        with safe_open(path, framework="pt") as file:
            about = file.metadata() or {}
            if about.get("format") != _FORMAT or about.get("key") != key:
                return None
            arrays = [file.get_tensor(name) for name in _ARRAYS]
        told = [tuple(json.loads(about[name])) for name in _TOLD]
    except (OSError, SafetensorError, KeyError, ValueError, TypeError):
        # missing or not sound: either way it is made anew
        return None
    dataset = make_dataset(about["name"], (arrays[0], arrays[1]), (arrays[2], arrays[3]), *told)
    return dataset if dataset.fingerprint == about.get("fingerprint") else None
