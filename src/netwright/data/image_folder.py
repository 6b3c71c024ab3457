"""A folder of image files with one subfolder a class, below train/ and test/, valid/ or val/."""

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

import numpy as np
import psutil
import torch
from numpy.typing import NDArray
from torch import Tensor

from netwright.data.folder_address import FolderAddress
from netwright.data.folder_layout import Layout, layout_key, read_layout
from netwright.data.image_file import BrokenImageError, look_at, read_pixels
from netwright.data.images import ImageDataset, make_image_dataset
from netwright.data.keep import kept
from netwright.records.errors import DataError

_Seen = TypeVar("_Seen")
_NAMED = 10
_SHARE_OF_MEMORY = 0.4


def load(address: FolderAddress) -> ImageDataset:
    """Return the images of a folder, all brought to one size.

    The decoded form is kept in the cache, and made anew when a file's path, length or time of change differs.

    Args:
        address: The folder, and the form of its images.

    Returns:
        The data set; its files are named in `train_files` and `test_files`.
    """
    layout = read_layout(address.path)
    place = hashlib.sha256(str(address).encode()).hexdigest()[:16]
    return kept(f"folders/{place}", layout_key(layout), ImageDataset, lambda: _decode(address, layout))


def _decode(address: FolderAddress, layout: Layout) -> ImageDataset:
    size, channels = _form(address, layout.train)
    _check_memory(address, len(layout.train) + len(layout.test), channels, size)
    pixels = _each((*layout.train, *layout.test), lambda path: read_pixels(path, size, channels))
    count = len(layout.train)
    return make_image_dataset(
        str(address),
        train=(_stack(pixels[:count]), torch.tensor(layout.train_labels)),
        test=(_stack(pixels[count:]), torch.tensor(layout.test_labels)),
        classes=layout.classes,
        notes=layout.notes,
        files=(tuple(map(str, layout.train)), tuple(map(str, layout.test))),
    )


def _form(address: FolderAddress, train: Sequence[Path]) -> tuple[tuple[int, int], int]:
    if address.size is not None and address.channels is not None:
        return (address.size, address.size), address.channels
    seen = _each(train, look_at)
    size, _ = min(Counter(size for size, _ in seen).items(), key=lambda item: (-item[1], item[0]))
    wanted = (address.size, address.size) if address.size is not None else size
    return wanted, address.channels or (1 if all(grey for _, grey in seen) else 3)


def _each(files: Sequence[Path], read: Callable[[Path], _Seen]) -> list[_Seen]:
    seen: list[_Seen] = []
    broken: list[str] = []
    for path in files:
        try:
            seen.append(read(path))
        except BrokenImageError as error:
            broken.append(f"{path}: {error}")
    if broken:
        head = f"{len(broken)} of {len(files)} image files cannot be read:"
        more = [f"and {len(broken) - _NAMED} more"] if len(broken) > _NAMED else []
        raise DataError("\n  ".join([head, *broken[:_NAMED], *more, "replace or remove them"]))
    return seen


def _check_memory(address: FolderAddress, count: int, channels: int, size: tuple[int, int]) -> None:
    needed, free = count * channels * size[0] * size[1], psutil.virtual_memory().available
    if needed > _SHARE_OF_MEMORY * free:
        raise DataError(
            f"{count} images of {channels} x {size[0]} x {size[1]} pixels in {address.path} take {needed / 1e9:.1f} "
            f"GB, and {free / 1e9:.1f} GB of memory are free; make them smaller, such as folder:{address.path}?size=32"
        )


def _stack(pixels: Sequence[NDArray[np.uint8]]) -> Tensor:
    return torch.from_numpy(np.stack(pixels))
