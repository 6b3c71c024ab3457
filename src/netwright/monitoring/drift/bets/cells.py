"""How many ranks of each block fall into each cell."""

import numpy as np
from numpy.typing import NDArray


def even_edges(cells: int) -> NDArray[np.float64]:
    """Return the inner edges of cells of equal width.

    >>> even_edges(4).tolist()
    [0.25, 0.5, 0.75]
    """
    return np.arange(1, cells) / cells


def count(places: NDArray[np.float64], edges: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how many rows of each block fall into each cell.

    Args:
        places: (blocks, rows, F) ranks.
        edges: Inner edges of the cells.

    Returns:
        (blocks, F, len(edges) + 1).

    >>> count(np.array([[[0.1], [0.2], [0.9]]]), even_edges(2)).tolist()
    [[[2.0, 1.0]]]
    """
    blocks, _, features = places.shape
    cells = len(edges) + 1
    found = np.searchsorted(edges, places, "right")
    home = (np.arange(blocks)[:, None, None] * features + np.arange(features)) * cells + found
    counted = np.bincount(home.ravel(), minlength=blocks * features * cells)
    return counted.reshape(blocks, features, cells).astype(np.float64)
