"""The front under noise: how probable it is that a candidate belongs on it."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from netwright.records.quality import Direction
from netwright.selection.pareto import fronts

KEEP = 0.2
"""A candidate is called on the front where P(on the front) is at least this."""


def front_probabilities(
    draws: NDArray[np.float64],
    directions: Sequence[Direction],
    epsilon: ArrayLike | None = None,
    holds: NDArray[np.bool_] | None = None,
) -> NDArray[np.float64]:
    """Return P(on the Pareto front) of every candidate, from joint draws.

    In each draw the front is taken among the candidates that meet the constraints in that draw; the probability is
    the share of draws in which a candidate is on it. The front of the mean values misses true members far more often:
    see `benchmarks/front_noise.py`.

    Args:
        draws: Joint draws of the qualities, (draws, candidates, qualities).
        directions: `higher` or `lower` is better, one a quality.
        epsilon: The largest difference that does not count, one a quality; None for zeros.
        holds: Whether a candidate meets the constraints in a draw, (draws, candidates); None where all do.

    Returns:
        One probability a candidate.

    Raises:
        InputError: Shapes do not fit.

    >>> joint = np.array([[[1.0, 1.0], [2.0, 0.0]], [[1.0, 1.0], [2.0, 2.0]]])
    >>> front_probabilities(joint, ["higher", "higher"]).tolist()
    [0.5, 1.0]
    """
    shares: NDArray[np.float64] = fronts(draws, directions, epsilon, holds).mean(axis=0)
    return shares
