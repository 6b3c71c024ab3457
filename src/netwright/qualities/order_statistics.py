"""The interval of a quantile, from the order of the samples alone."""

from itertools import accumulate
from math import ceil, exp, inf, lgamma, log
from typing import NamedTuple

from netwright.records.errors import InputError
from netwright.records.measurement import LEVEL


class QuantileEstimate(NamedTuple):
    """A quantile with its interval.

    Args:
        value: The sample at rank ceil(q n).
        low: Lower end.
        high: Upper end.
        note: Which end the samples are too few for; empty where both hold.
    """

    value: float
    low: float
    high: float
    note: str


def estimate_quantile(samples: list[float], quantile: float) -> QuantileEstimate:
    """Return a quantile and its distribution-free 90% interval.

    The number of samples below the quantile q is Binomial(n, q), whatever the distribution. So the r-th smallest lies
    above it with P(Bin <= r - 1) and below it with P(Bin >= r): the interval takes the narrowest ranks that keep
    each at most 5%. Where there are too few samples for an end, it is the extreme sample, and the note says how sure
    that is. Source: David and Nagaraja, Order Statistics, 2003, section 7.1; it assumes independent samples.

    Args:
        samples: At least one number.
        quantile: In (0, 1).

    Returns:
        The estimate.

    Raises:
        InputError: No sample, or a quantile outside (0, 1).

    >>> estimate_quantile([float(i) for i in range(1, 101)], 0.5)[:3]
    (50.0, 42.0, 59.0)
    >>> estimate_quantile([1.0, 2.0, 3.0], 0.99).note
    'n = 3 is too few for the upper end of p99: it is the largest seen, and holds with 3% instead of 95%'
    """
    if not samples or not 0 < quantile < 1:
        raise InputError(f"found {len(samples)} samples and quantile {quantile}; pass at least 1, and one in (0, 1)")
    ascending, n = sorted(samples), len(samples)
    tail = (1 - LEVEL) / 2
    mass = _binomial(n, quantile)
    below = list(accumulate(mass))  # below[r - 1] = P(Bin <= r - 1)
    above = list(accumulate(reversed(mass)))[::-1]  # above[r] = P(Bin >= r)
    lower = max((rank for rank in range(1, n + 1) if below[rank - 1] <= tail), default=0)
    upper = min((rank for rank in range(1, n + 1) if above[rank] <= tail), default=n + 1)
    return QuantileEstimate(
        # the small step keeps 0.07 * 100 = 7.000000000000001 at rank 7
        value=ascending[min(n, ceil(quantile * n - 1e-9)) - 1],
        low=ascending[max(lower, 1) - 1],
        high=ascending[min(upper, n) - 1],
        note=_note(n, quantile, sure_low=1 - below[0] if lower == 0 else inf, sure_high=1 - above[n]),
    )


def _note(n: int, quantile: float, sure_low: float, sure_high: float) -> str:
    name, side = f"p{quantile * 100:g}", (1 + LEVEL) / 2
    ends = [("lower", "smallest", sure_low), ("upper", "largest", sure_high)]
    short = [
        f"n = {n} is too few for the {end} end of {name}: it is the {which} seen, and holds with {sure:.0%} "
        f"instead of {side:.0%}"
        for end, which, sure in ends
        if sure < side
    ]
    return "; ".join(short)


def _binomial(n: int, p: float) -> list[float]:
    whole = lgamma(n + 1)
    return [exp(whole - lgamma(k + 1) - lgamma(n - k + 1) + k * log(p) + (n - k) * log(1 - p)) for k in range(n + 1)]
