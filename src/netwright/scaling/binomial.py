"""A share of successes: its interval, and draws of it."""

import numpy as np
from scipy import special

from netwright.records.errors import InputError
from netwright.records.measurement import LEVEL
from netwright.scaling.observations import Floats


def jeffreys(successes: int, n: int) -> tuple[float, float, float]:
    """Return a share with its 90% interval.

    The 5% and 95% quantiles of Beta(s + 1/2, n - s + 1/2), the posterior under Jeffreys' prior; 0 and 1 at the ends
    where nothing or everything succeeded, so that the interval always holds s/n.

    Args:
        successes: How often it happened.
        n: How often it could have, at least 1.

    Returns:
        (s/n, low, high).

    Raises:
        InputError: There are no trials, or more successes than trials.

    Source: Brown, Cai and DasGupta 2001, "Interval Estimation for a Binomial Proportion", section 3.1.3.

    >>> [round(end, 3) for end in jeffreys(15, 15)]
    [1.0, 0.882, 1.0]
    """
    _check(successes, n)
    low, high = special.betaincinv(successes + 0.5, n - successes + 0.5, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return successes / n, float(low) if successes else 0.0, float(high) if successes < n else 1.0


def share_draws(successes: int, n: int, count: int) -> Floats:
    """Return draws of a share from the same posterior, the same every time, in no order that other draws share.

    Args:
        successes: How often it happened.
        n: How often it could have, at least 1.
        count: How many draws.

    Returns:
        (count,) shares in [0, 1]: the quantiles (i + 1/2)/count, shuffled.

    Raises:
        InputError: There are no trials, or more successes than trials.

    >>> round(float(share_draws(9, 10, 1000).mean()), 3)  # (9 + 1/2)/(10 + 1)
    0.864
    """
    _check(successes, n)
    levels = (np.arange(count) + 0.5) / count
    quantiles = special.betaincinv(successes + 0.5, n - successes + 0.5, levels)
    return np.asarray(np.random.default_rng(count).permutation(quantiles))


def _check(successes: int, n: int) -> None:
    if not 0 <= successes <= n or n < 1:
        raise InputError(f"a share of {successes} in {n} was asked for; give at least one trial, and no more successes")
