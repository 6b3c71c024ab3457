"""Quantiles of latencies from counts in bins whose width is a fixed share of their value."""

from collections import Counter
from collections.abc import Iterable, Mapping
from math import ceil, exp, isfinite, log, nan

WITHIN = 0.01
"""Largest relative error of a quantile."""
_STEP = log((1 + WITHIN) / (1 - WITHIN))
_LEAST = 1e-7


def binned(latencies: Iterable[float]) -> dict[int, int]:
    """Return how many latencies lie in each bin; what is no number is left out.

    Args:
        latencies: Seconds.

    Returns:
        Bin i -> count of those in (g^(i-1), g^i], with g = (1 + a) / (1 - a) and a = `WITHIN`.

    Source: C. Masson, J. Rim, H. Lee (2019), "DDSketch", PVLDB 12(12), section 2.
    """
    return dict(Counter(ceil(log(max(x, _LEAST)) / _STEP) for x in latencies if isfinite(x)))


def joined(*bins: Mapping[int, int]) -> dict[int, int]:
    """Return the counts of several together.

    >>> joined({1: 2}, {1: 1, 4: 5}, {})
    {1: 3, 4: 5}
    """
    total: Counter[int] = Counter()
    for one in bins:
        total.update(one)
    return dict(total)


def quantile(bins: Mapping[int, int], share: float) -> float:
    """Return the latency below or at which a share of all lies, within 1% of the true one.

    Args:
        bins: As `binned` returns them.
        share: Such as 0.99.

    Returns:
        Seconds; NaN where there are none.

    >>> round(quantile(binned(i / 1000 for i in range(1, 101)), 0.99), 3)
    0.099
    """
    wanted = share * sum(bins.values())
    seen = 0
    for place in sorted(bins):
        seen += bins[place]
        if seen >= wanted - 1e-9:
            return 2 * exp(place * _STEP) / (1 + exp(_STEP))
    return nan
