"""Comparable values: one table of all candidates and compared qualities, and the differences that do not count."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from netwright.machine.hardware import usable_cores
from netwright.records.quality import Quality
from netwright.records.scenario import Preferences
from netwright.selection.draws import DRAWS
from netwright.selection.pool import Pooled

ZERO_COUNTS_AS = 1e-3
"""In relative comparisons a zero counts as this share of the smallest positive value: log 0 has no place."""


@dataclass(frozen=True)
class Tolerance:
    """The largest difference of a quality that does not count.

    Args:
        size: In the base unit, or a share of the better value if `relative`.
        relative: Whether `size` is a share.
    """

    size: float
    relative: bool


def tolerance_of(quality: Quality, preferences: Preferences) -> Tolerance:
    """Return the difference of a quality that does not count: the scenario's, else the quality's own.

    Args:
        quality: The quality.
        preferences: What the scenario says.

    Returns:
        The tolerance; what a scenario states is in the base unit.
    """
    if quality.name in preferences.tolerance:
        return Tolerance(preferences.tolerance[quality.name], relative=False)
    return Tolerance(quality.smallest_difference, quality.relative)


def table_of_draws(candidates: Sequence[Mapping[str, Pooled]], qualities: Sequence[Quality]) -> NDArray[np.float64]:
    """Return the joint draws of all candidates, (draws, candidates, qualities); NaN where nothing was measured.

    Args:
        candidates: Quality -> pooled value, one a candidate.
        qualities: The compared qualities.

    Returns:
        The table.
    """
    # draws of one value lie next to each other in memory, whatever the order of the axes
    table = np.full((len(qualities), len(candidates), DRAWS), np.nan)
    for row, pooled in enumerate(candidates):
        for column, quality in enumerate(qualities):
            if quality.name in pooled:
                table[column, row] = pooled[quality.name].draws
    return table.transpose(2, 1, 0)


def table_of_values(candidates: Sequence[Mapping[str, Pooled]], qualities: Sequence[Quality]) -> NDArray[np.float64]:
    """Return the pooled values of all candidates, (candidates, qualities); NaN where nothing was measured.

    Args:
        candidates: Quality -> pooled value, one a candidate.
        qualities: The compared qualities.

    Returns:
        The table.
    """
    rows = [
        [pooled[q.name].measurement.value if q.name in pooled else np.nan for q in qualities] for pooled in candidates
    ]
    return np.array(rows, dtype=np.float64).reshape(len(candidates), len(qualities))


def additive(
    table: NDArray[np.float64], tolerances: Sequence[Tolerance]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return values and epsilons in which every tolerance is a plain difference.

    A relative tolerance r becomes log(1 + r) on the logarithm of the values.

    Args:
        table: Values that are not negative where the tolerance is relative, (..., qualities).
        tolerances: One a quality.

    Returns:
        (values, epsilon): the table with those columns in logarithms, and one epsilon a quality.

    >>> values, epsilon = additive(np.array([[1.0], [1.05], [1.2]]), [Tolerance(0.1, relative=True)])
    >>> (values[1:, 0] - values[0, 0] > epsilon[0]).tolist()
    [False, True]
    """
    values = table.copy(order="K")
    epsilon = np.zeros(len(tolerances))
    relative = [column for column, tolerance in enumerate(tolerances) if tolerance.relative]
    for column, tolerance in enumerate(tolerances):
        epsilon[column] = np.log1p(tolerance.size) if tolerance.relative else tolerance.size

    def in_logarithms(column: int) -> None:
        values[..., column] = _logarithms(values[..., column])

    # a pool starts no thread before it has something to do
    with ThreadPoolExecutor(usable_cores()) as threads:
        list(threads.map(in_logarithms, relative))
    return values, epsilon


def _logarithms(values: NDArray[np.float64]) -> NDArray[np.float64]:
    smallest = float(np.min(values, where=values > 0, initial=np.inf))
    floor = smallest * ZERO_COUNTS_AS if np.isfinite(smallest) else 1.0
    logs: NDArray[np.float64] = np.log(np.where(values <= 0, floor, values))
    return logs
