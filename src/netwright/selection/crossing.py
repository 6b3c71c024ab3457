"""Crossing curves: at how many training samples a rival's error falls below the chosen candidate's."""

import numpy as np

from netwright.records.curve import EXTRAPOLATION_LIMIT, Curve

POINTS = 61
"""Sizes looked at from the largest measured one to the limit of extrapolation: steps of 3.5%."""


def crossing(chosen: Curve, rival: Curve, largest: float) -> float | None:
    """Return where the rival's expected error falls below the chosen candidate's, beyond what was measured.

    The first n on a geometric grid from `largest` to 8 times the smaller of the curves' largest sizes at which
    e_rival(n) < e_chosen(n), the medians of the curves' posteriors, provided that the chosen one is ahead at the start.

    Args:
        chosen: Curve of the chosen candidate.
        rival: Curve of another one.
        largest: The largest measured size, where the candidates were compared.

    Returns:
        Training samples; None where the rival is ahead already, or stays behind.
    """
    limit = EXTRAPOLATION_LIMIT * min(chosen.sizes[-1], rival.sizes[-1])
    if limit <= largest or _ahead(rival, chosen, largest):
        return None
    grid = np.geomspace(largest, limit * (1 - 1e-9), POINTS)
    return next((float(n) for n in grid[1:] if _ahead(rival, chosen, float(n))), None)


def _ahead(one: Curve, other: Curve, n: float) -> bool:
    return one.predict(n)[0] < other.predict(n)[0]
