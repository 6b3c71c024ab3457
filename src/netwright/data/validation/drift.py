"""How far samples moved: bins of two versions, compared."""

from collections.abc import Sequence

import numpy as np
from scipy.stats import chi2_contingency

from netwright.records.validation import Drift

MUCH, SOME = 0.25, 0.1
"""From which population stability index on a distribution moved much, or somewhat."""
SURE = 1e-3
"""A move is told only where chance would make it in fewer cases than this."""
_LEAST = 0.5


def drift_of(name: str, before: Sequence[int], after: Sequence[int], ordered: bool) -> Drift:
    """Return how far counts in the same bins are from each other.

    PSI = sum (q_i - p_i) ln(q_i/p_i) over shares p and q; an empty bin counts as half a sample, so that it stays
    finite.

    Args:
        name: What is counted.
        before: Counts of the one set.
        after: Counts of the other.
        ordered: Whether the bins have an order.

    Returns:
        The drift; 0, and a chance of 1, where a set is empty.

    Source: Yurdakul and Naranjo 2020, "Statistical properties of the population stability index", Journal of Risk Model
    Validation 14, for PSI; Pearson 1900 for the test.

    >>> drift_of("age", [50, 50], [50, 50], ordered=True).psi
    0.0
    >>> round(drift_of("age", [900, 100], [500, 500], ordered=True).psi, 3)
    0.879
    """
    first, second = np.asarray(before, np.float64), np.asarray(after, np.float64)
    if not first.sum() or not second.sum():
        return Drift(name=name, psi=0.0, distance=0.0, chance=1.0)
    p, q = (np.maximum(counts, _LEAST) / np.maximum(counts, _LEAST).sum() for counts in (first, second))
    psi = float(((q - p) * np.log(q / p)).sum())
    shares = first / first.sum(), second / second.sum()
    apart = shares[1] - shares[0]
    distance = float(np.abs(np.cumsum(apart)).max()) if ordered else float(np.abs(apart).sum() / 2)
    return Drift(name=name, psi=psi, distance=distance, chance=_chance(first, second))


def moved(drift: Drift, at_least: float = MUCH) -> bool:
    """Return whether a drift is large, and no play of chance.

    Args:
        drift: The drift.
        at_least: The smallest population stability index that counts.

    Returns:
        Whether both hold.
    """
    return drift.psi >= at_least and drift.chance < SURE


def _chance(first: np.ndarray, second: np.ndarray) -> float:
    table = np.stack([first, second])
    table = table[:, table.sum(0) > 0]
    if table.shape[1] < 2:
        return 1.0
    return float(chi2_contingency(table, correction=False).pvalue)
