"""Weighted utility: one figure a candidate, on anchors that no candidate moves."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from netwright.records.quality import Quality
from netwright.records.scenario import Preferences
from netwright.selection.anchors import Anchors
from netwright.selection.draws import interval


def weights_of(qualities: Sequence[Quality], preferences: Preferences) -> NDArray[np.float64] | None:
    """Return the scenario's weights of the compared qualities, summing to 1.

    Args:
        qualities: The compared qualities.
        preferences: What the scenario says.

    Returns:
        One weight a quality, 0 where the scenario gives none; None where no compared quality has one.
    """
    weights = np.array([preferences.weights.get(quality.name, 0.0) for quality in qualities])
    total = float(weights.sum())
    return weights / total if total > 0 else None


def equal_weights(count: int) -> NDArray[np.float64]:
    """Return equal weights that sum to 1, which stand in where a scenario has none.

    >>> equal_weights(4).tolist()
    [0.25, 0.25, 0.25, 0.25]
    """
    return np.full(count, 1.0 / count)


def weighted(utilities: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return sum_q w_q u_q; what was not measured counts where its weight is positive, and makes a NaN.

    Source: Keeney and Raiffa 1976, "Decisions with Multiple Objectives", chapter 3 (additive value).

    Args:
        utilities: (..., qualities).
        weights: One a quality.

    Returns:
        (...,).

    >>> weighted(np.array([[0.5, np.nan], [0.2, 0.4]]), np.array([1.0, 0.0])).tolist()
    [0.5, 0.2]
    """
    total = np.zeros(utilities.shape[:-1])
    for quality in np.flatnonzero(weights):
        total += weights[quality] * utilities[..., quality]
    return total


def utilities_with_interval(
    values: NDArray[np.float64], draws: NDArray[np.float64], anchors: Anchors, weights: NDArray[np.float64]
) -> list[tuple[float, float, float]]:
    """Return each candidate's weighted utility with its 90% interval.

    Args:
        values: Pooled values, (candidates, qualities).
        draws: Joint draws, (draws, candidates, qualities).
        anchors: The scale.
        weights: One a quality, summing to 1.

    Returns:
        (value, low, high), one a candidate; three NaN where a weighted quality was not measured.
    """
    middle = weighted(anchors.utilities(values), weights)
    # utility is linear, so weights and scale can be taken together
    per_unit = weights / (anchors.best - anchors.worst)
    spread = weighted(draws, per_unit) - float(per_unit @ anchors.worst)
    found = []
    for row, value in enumerate(middle.tolist()):
        low, high = (value, value) if np.isnan(value) else interval(np.ascontiguousarray(spread[:, row]))
        found.append((value, min(value, low), max(value, high)))
    return found
