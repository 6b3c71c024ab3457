"""Images that stand in two parts of a data set, byte for byte."""

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

_WORD = 8


def shared_images(first: Tensor, second: Tensor) -> list[tuple[int, int]]:
    """Return the images of a second set that also stand in a first one.

    Rows are compared by a multiply-add hash over 64-bit words, h(x) = sum x_i m_i mod 2^64; rows that agree are
    compared byte for byte, so that the answer is exact.

    Args:
        first: uint8 (N, ...), such as the training images.
        second: uint8 (M, ...), of the same image shape.

    Returns:
        (index in `first`, index in `second`), one for each image of `second` that is found, ascending in `second`;
        the first index is the lowest one.

    Source: Carter and Wegman 1979, "Universal classes of hash functions", for the hash.

    >>> import torch
    >>> images = torch.arange(12, dtype=torch.uint8).reshape(3, 4)
    >>> shared_images(images, images[[2, 0]] )
    [(2, 0), (0, 1)]
    >>> shared_images(images, images + 100)
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


def _words(images: Tensor) -> NDArray[np.uint64]:
    rows = images.reshape(len(images), -1).numpy()
    padding = -rows.shape[1] % _WORD
    whole = np.pad(rows, ((0, 0), (0, padding))) if padding else np.ascontiguousarray(rows)
    return whole.view(np.uint64)
