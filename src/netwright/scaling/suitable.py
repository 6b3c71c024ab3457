"""Suitable size: how much data is enough for a wanted error."""

from math import ceil, inf

from netwright.records.curve import EXTRAPOLATION_LIMIT, Curve

SURE = 0.9
"""How probable it must be that what is claimed of a size holds."""


def suitable_size(curve: Curve, target: float) -> float:
    """Return the smallest n with P(e(n) <= target) >= 0.9.

    P is the share of the curve's draws, so n is the size that 90% of the draws have reached the target at. Nothing is
    claimed below the smallest measured size, nor beyond 8 times the largest.

    Args:
        curve: The candidate's curve.
        target: The error that is wanted.

    Returns:
        Training samples; infinite where no size within the limit will do.

    Source: the scalability paper, table IV, "suitable size", which it states without a definition.

    >>> draws = tuple((0.1, 0.5, c) for c in (0.0, 0.1, 0.2))
    >>> curve = Curve(sizes=(50, 200), errors=((), ()), n0=100, a=0.1, b=0.5, c=0.1, draws=draws, noise=0.0)
    >>> round(suitable_size(curve, 0.3), 9), suitable_size(curve, 0.2)  # 0.2 + 0.1 = 0.3 at n0; 0.2 is a floor
    (100.0, inf)
    """
    sizes = sorted(curve.sizes_for(target))
    # no interpolation: an infinite neighbour would make the quantile meaningless
    enough = max(sizes[ceil(SURE * len(sizes) - 1e-9) - 1], float(curve.sizes[0]))
    return enough if enough <= EXTRAPOLATION_LIMIT * curve.sizes[-1] else inf
