"""Samples that stand in two parts of a data set, byte for byte."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

_WORD = 8
_NAMED = 5
"""Pairs of equal files that a message names."""


def shared_samples(first: Tensor, second: Tensor) -> list[tuple[int, int]]:
    """Return the samples of a second set that also stand in a first one.

    Rows are compared by a multiply-add hash over 64-bit words, h(x) = sum x_i m_i mod 2^64; rows that agree are
    compared byte for byte, so that the answer is exact.

    Args:
        first: (N, ...), such as the training images.
        second: (M, ...), of the same type and shape of a sample.

    Returns:
        (index in `first`, index in `second`), one for each sample of `second` that is found, ascending in `second`;
        the first index is the lowest one.

    Source: Carter and Wegman 1979, "Universal classes of hash functions", for the hash.

    >>> import torch
    >>> images = torch.arange(12, dtype=torch.uint8).reshape(3, 4)
    >>> shared_samples(images, images[[2, 0]] )
    [(2, 0), (0, 1)]
    >>> shared_samples(images, images + 100)
    []
    """
    if not len(first) or not len(second):
        return []
    rows, others = _words(first), _words(second)
    multipliers = np.random.default_rng(0).integers(0, 2**64, rows.shape[1], dtype=np.uint64) | np.uint64(1)
    left, right = rows @ multipliers, others @ multipliers
    places: dict[bytes, int] = {}
    for index in np.flatnonzero(np.isin(left, right)):
        places.setdefault(rows[index].tobytes(), int(index))
    candidates = np.flatnonzero(np.isin(right, left))
    found = ((places.get(others[index].tobytes()), int(index)) for index in candidates)
    return [(place, index) for place, index in found if place is not None]


def equal_files(
    name: str, samples: str, pairs: Sequence[tuple[int, int]], files: tuple[Sequence[str], Sequence[str]]
) -> str:
    """Return what to say of files that stand in both parts of a data set.

    Args:
        name: Of the data set.
        samples: What its samples are called, such as `images`.
        pairs: (index of a training file, index of a test file), one for each test file that is found.
        files: The training files and the test files.

    Returns:
        The message; it names the first pairs.

    >>> print(equal_files("leaves", "images", [(1, 0)], (("a.png", "b.png"), ("c.png",))))
    1 of 1 test images of leaves are also training images:
      c.png = b.png
      remove each from one of the two parts, or the accuracy is flattered
    """
    train, test = files
    lines = [f"{test[after]} = {train[before]}" for before, after in pairs[:_NAMED]]
    if len(pairs) > _NAMED:
        lines.append(f"and {len(pairs) - _NAMED} more")
    head = f"{len(pairs)} of {len(test)} test {samples} of {name} are also training {samples}:"
    return "\n  ".join([head, *lines, "remove each from one of the two parts, or the accuracy is flattered"])


def _words(samples: Tensor) -> NDArray[np.uint64]:
    rows = np.ascontiguousarray(samples.reshape(len(samples), -1).numpy()).view(np.uint8)
    padding = -rows.shape[1] % _WORD
    whole = np.pad(rows, ((0, 0), (0, padding))) if padding else np.ascontiguousarray(rows)
    return whole.view(np.uint64)
