"""Student-t variables cut to an interval."""

import numpy as np
from scipy import special

from netwright.scaling.observations import Floats

_SMALLEST = 1e-300


def truncated_t(degrees: float, low: Floats, high: Floats) -> tuple[Floats, Floats, Floats]:
    """Return the part of a standard Student-t distribution between two bounds.

    Args:
        degrees: Degrees of freedom.
        low: Lower bounds.
        high: Upper bounds, of the same shape, not below the lower ones.

    Returns:
        (start, mass, side): the probability between the bounds, where it starts, counted from the tail nearest to
        it so that nothing cancels, and which tail that is: 1 the lower, -1 the upper.

    >>> start, mass, side = truncated_t(3.0, np.array([0.0]), np.array([np.inf]))
    >>> float(start[0]), float(mass[0]), float(side[0])
    (0.0, 0.5, -1.0)
    """
    side = np.where(low + high > 0, -1.0, 1.0)
    start = special.stdtr(degrees, np.where(side > 0, low, -high))
    end = special.stdtr(degrees, np.where(side > 0, high, -low))
    return start, np.maximum(end - start, 0.0), side


def draw_between(degrees: float, centre: Floats, scale: Floats, highest: Floats, u: Floats) -> tuple[Floats, Floats]:
    """Return a Student-t variable cut to [0, highest] at given probabilities: its inverse distribution function.

    Args:
        degrees: Degrees of freedom.
        centre: Centres of the variables before they are cut.
        scale: Their scales.
        highest: Upper ends, not negative.
        u: Probabilities in [0, 1], counted from the tail that is nearer to the interval.

    Returns:
        (value, mass): the values, and the probability of the intervals before the cut.

    >>> value, mass = draw_between(3.0, np.array([2.0]), np.array([0.1]), np.array([4.0]), np.array([0.5]))
    >>> round(float(value[0]), 6), round(float(mass[0]), 3)
    (2.0, 1.0)
    """
    start, mass, side = truncated_t(degrees, -centre / scale, (highest - centre) / scale)
    value = centre + scale * side * special.stdtrit(degrees, np.maximum(start + u * mass, _SMALLEST))
    return np.clip(value, 0.0, highest), np.maximum(mass, _SMALLEST)
