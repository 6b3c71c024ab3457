"""Pictures that are almost equal: found by hashes of a small form, and then compared pixel for pixel."""

from collections.abc import Iterator

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import adaptive_avg_pool2d

from netwright.data.dataset import Dataset
from netwright.data.images import ImageDataset
from netwright.data.videos import VideoDataset

ALMOST = 4.0
"""Root mean square difference of pixels, of 255, up to which pictures count as almost equal."""
_SIDE, _TABLES, _PROJECTIONS, _WIDTH = 8, 8, 8, 256.0
_MOST = 16
"""Candidates in a bucket that a picture is compared with."""
_AT_ONCE = 2**24


def pictures_of(dataset: Dataset) -> tuple[Tensor, Tensor] | None:
    """Return the pixels of a data set.

    Args:
        dataset: The data.

    Returns:
        (training, test), uint8; None of rows and texts.
    """
    if isinstance(dataset, ImageDataset):
        return dataset.train_images, dataset.test_images
    if isinstance(dataset, VideoDataset):
        return dataset.train_clips, dataset.test_clips
    return None


def near_copies(train: Tensor, test: Tensor) -> tuple[tuple[int, int], ...]:
    """Return the test pictures that are almost a training picture.

    A picture is averaged to 8 x 8 grey cells, s; it falls into a bucket floor((a_i . s + b_i)/w), i = 1 ... 8, of each
    of eight tables, with a_i normal and b_i uniform. Those in one bucket are compared, at most 16 of them, and counted
    where the root mean square difference of their pixels is at most `ALMOST`. A pair may be missed: 1 in 90 of those
    whose cells differ by the limit, 1 in 5,000 of those at half of it.

    Args:
        train: uint8 (N, C, H, W) or (N, C, T, H, W).
        test: uint8 (M, ...), of the same shape.

    Returns:
        (index in the training part, index in the test part), ascending in the latter, each test picture once.

    Source: Datar, Immorlica, Indyk and Mirrokni 2004, "Locality-sensitive hashing scheme based on p-stable
    distributions", SCG.

    >>> pictures = torch.randint(0, 250, (20, 1, 16, 16), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))
    >>> near_copies(pictures, pictures[[7]] + 1)
    ((7, 0),)
    """
    if not len(train) or not len(test) or train.shape[1:] != test.shape[1:]:
        return ()
    found: dict[int, int] = {}
    for known, asked in _tables(_cells(train), _cells(test)):
        buckets: dict[bytes, list[int]] = {}
        for index, key in enumerate(known):
            bucket = buckets.setdefault(key.tobytes(), [])
            if len(bucket) < _MOST:
                bucket.append(index)
        for index, key in enumerate(asked):
            places = buckets.get(key.tobytes())
            if places and index not in found:
                apart = (train[places].float() - test[index].float()).flatten(1).square().mean(1).sqrt()
                nearest = int(apart.argmin())
                if float(apart[nearest]) <= ALMOST:
                    found[index] = places[nearest]
    return tuple((found[index], index) for index in sorted(found))


def _cells(pictures: Tensor) -> NDArray[np.float32]:
    size = max(1, _AT_ONCE // max(1, pictures[:1].numel() * 4))
    parts = []
    for at in range(0, len(pictures), size):
        part = pictures[at : at + size].float()
        grey = part.mean(dim=tuple(range(1, part.ndim - 2)))
        parts.append(adaptive_avg_pool2d(grey[:, None], (min(_SIDE, grey.shape[1]), min(_SIDE, grey.shape[2]))))
    return torch.cat(parts).flatten(1).numpy()


def _tables(
    first: NDArray[np.float32], second: NDArray[np.float32]
) -> Iterator[tuple[NDArray[np.int32], NDArray[np.int32]]]:
    draws = np.random.default_rng(0)
    for _ in range(_TABLES):
        directions = draws.normal(size=(first.shape[1], _PROJECTIONS)).astype(np.float32)
        shift = draws.uniform(0, _WIDTH, _PROJECTIONS).astype(np.float32)
        left, right = (np.floor((cells @ directions + shift) / _WIDTH).astype(np.int32) for cells in (first, second))
        yield left, right
