"""Ranks: where each row stands among the reference and all rows before it."""

import numpy as np
from numpy.typing import NDArray

CHUNK = 64
"""Rows that are ranked at once: comparing them with each other costs CHUNK^2."""


def rank(
    bins: NDArray[np.int16], counts: NDArray[np.int64], draws: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return each row's smoothed conformal p-value among the reference and the rows before it.

    p_t = (#{z < z_t} + u_t #{z = z_t}) / (n + t), counted over the n reference values and the rows z_1 .. z_t, itself
    among them, u_t uniform. While reference and rows are exchangeable, p_1, p_2, ... are independent and uniform on
    [0, 1], exactly, for a reference of any size and values with any ties.

    Args:
        bins: (N, F) bins of the rows, in their order: the values that are ranked.
        counts: (F, K) values in each bin so far.
        draws: (N, F) uniform numbers u_t in [0, 1).

    Returns:
        p (N, F), and the counts with these rows among them.

    Source: V. Vovk, I. Nouretdinov, A. Gammerman, Testing exchangeability on-line, ICML 2003, theorem 1.

    >>> counts = np.array([[2, 2]])
    >>> rank(np.array([[1], [0]], np.int16), counts, np.array([[0.5], [0.5]]))[0].tolist()
    [[0.7], [0.25]]
    """
    places = np.empty(bins.shape, np.float64)
    for start in range(0, len(bins), CHUNK):
        rows = slice(start, start + CHUNK)
        places[rows], counts = _rank_together(bins[rows], counts, draws[rows])
    return places, counts


def _rank_together(
    bins: NDArray[np.int16], counts: NDArray[np.int64], draws: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    n, features = bins.shape
    columns = np.arange(features)
    below = np.cumsum(counts, axis=1) - counts
    earlier = np.tri(n, n, -1, dtype=bool)[:, :, None]
    less = ((bins[None] < bins[:, None]) & earlier).sum(axis=1)
    equal = ((bins[None] == bins[:, None]) & earlier).sum(axis=1) + 1
    total = counts.sum(axis=1) + np.arange(1, n + 1)[:, None]
    places = (below[columns, bins] + less + draws * (counts[columns, bins] + equal)) / total
    grown = counts.copy()
    np.add.at(grown, (np.broadcast_to(columns, bins.shape), bins), 1)
    return places, grown
