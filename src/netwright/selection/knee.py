"""The knee of a front: the candidate that stands out furthest from the plane through its ends."""

import numpy as np
from numpy.typing import NDArray

FLAT = 1e-9


def knee_distances(utilities: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how far each member of a front lies beyond the plane through the front's ends.

    An end is the best member in a quality (among equals the one with the larger sum). In two qualities the plane is the
    line through the two ends, and its normal n is fixed. Where fewer members are ends than there are qualities, n is
    the one closest to equal weights: the projection of (1, ..., 1) on the complement of what the ends span, so that n
    points to better values. Distance = n (u - end), positive towards better; the ends themselves have 0.

    Source: Das 1999, "On characterizing the knee of the Pareto curve based on normal-boundary intersection".

    Args:
        utilities: The front's members, (members, qualities), higher being better.

    Returns:
        One distance a member; NaN where there are fewer than three members or no such plane.

    >>> knee_distances(np.array([[1.0, 0.0], [0.8, 0.8], [0.0, 1.0]])).round(3).tolist()
    [0.0, 0.424, 0.0]
    """
    members, qualities = utilities.shape
    nowhere = np.full(members, np.nan)
    if members < 3 or qualities < 2 or np.isnan(utilities).any():
        return nowhere
    sums = utilities.sum(axis=1)
    ends = utilities[[int(np.lexsort((sums, utilities[:, q]))[-1]) for q in range(qualities)]]
    across = ends[1:] - ends[0]
    equal = np.ones(qualities)
    normal = equal - np.linalg.pinv(across) @ (across @ equal)
    length = float(np.linalg.norm(normal))
    return nowhere if length < FLAT else (utilities - ends[0]) @ (normal / length)
