"""The population stability index: by how much shares of bins changed."""

import numpy as np
from numpy.typing import NDArray

GROUPS = 10
IMAGINED = 0.5
"""Added to each group so that an empty one does not make the index infinite."""


class PopulationStability:
    """The population stability index: PSI = sum over groups of (q - p) ln(q / p).

    Neighbouring bins are joined to about 10 groups of equal reference share; the last bin, missing values, stays alone.
    What chance alone gives, (G - 1)(1/n + 1/m), is taken off, so that a short window does not look like drift.

    Args:
        threshold: 0.1 and above is by custom read as a moderate change, 0.25 as a large one.

    Source: B. Yurdakul, Statistical properties of population stability index, 2018 (also for the expectation).

    >>> psi = PopulationStability()
    >>> psi.between(np.array([500, 500, 0]), np.array([[500, 500, 0], [900, 100, 0]])).round(2).tolist()
    [0.0, 0.87]
    """

    name = "PSI"

    def __init__(self, threshold: float | None = 0.1) -> None:
        self.threshold = threshold

    def between(self, reference: NDArray[np.int64], rows: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the index of each tally, see `EffectSize.between`."""
        starts = _group_starts(reference)
        then = np.add.reduceat(reference, starts) + IMAGINED
        now = np.add.reduceat(rows, starts, axis=1) + IMAGINED
        used = (np.add.reduceat(reference, starts) > 0) | (np.add.reduceat(rows, starts, axis=1) > 0)
        chance = np.maximum(used.sum(axis=1) - 1, 0) * (1 / rows.sum(axis=1) + 1 / max(reference.sum(), 1))
        p, q = then / then.sum(), now / now.sum(axis=1, keepdims=True)
        index: NDArray[np.float64] = ((q - p) * np.log(q / p)).sum(axis=1) - chance
        return np.maximum(index, 0.0)


def _group_starts(reference: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the first bin of each group."""
    numbers = reference[:-1]
    if len(numbers) <= GROUPS:
        return np.arange(len(reference))
    middle = (np.cumsum(numbers) - 0.5 * numbers) / max(numbers.sum(), 1)
    starts = np.flatnonzero(np.diff(np.floor(middle * GROUPS), prepend=-1))
    return np.append(starts, len(numbers))
