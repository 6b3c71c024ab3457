"""Whether something happens more often than it may: a bet that can be looked at after every observation."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from netwright.records.monitor import Evidence

STAKES = np.array([0.9, *(2.0**-k for k in range(1, 8))])
"""Shares of the capital that are bet; the best one for a true share p is (p - limit) / (1 - limit)."""
ALPHA = 0.001
"""Chance that a watch ever raises a false alarm."""
_LEAST = 1e-6


@dataclass(frozen=True)
class Exceedance:
    """The test of "it happens with at most this probability, whatever happened before", open to every moment.

    A gambler who stakes the share s of the capital that it happens, at odds that are fair where the probability is the
    limit q, multiplies it by 1 + s (x - q) / q, with x = 1 where it happened and 0 where not. While the probability is
    at most q no gambler gains in expectation. Here the mean is taken over gamblers with several stakes, who start at
    every observation k = 1, 2, ... with the capital 1 / (k (k + 1)), so that what begins late is noticed soon:
    M_t = (M_{t-1} + 1 / (t (t + 1))) (1 + s (x_t - q) / q). By Ville's inequality the chance that the mean ever
    reaches 1 / alpha is at most alpha.

    Args:
        limit: The largest probability q that is allowed, in (0, 1).
        alpha: Chance of a false alarm, over all time.

    Source: J. Ville (1939); I. Waudby-Smith, A. Ramdas (2024), "Estimating means of bounded random variables by
        betting", JRSS B 86(1), section 4; J. Shin, A. Ramdas, A. Rinaldo (2024), "E-detectors", NEJSDS 2(2), for
        starting anew at every observation.

    >>> watch = Exceedance(0.1)
    >>> quiet = watch.observe(Evidence(), np.arange(1000) % 20 == 0)
    >>> watch.observe(quiet, np.ones(20, bool)).crossed, quiet.crossed, quiet.n
    (1011, None, 1000)
    """

    limit: float
    alpha: float = ALPHA

    def observe(self, before: Evidence, happened: NDArray[np.bool_]) -> Evidence:
        """Return the evidence after more observations; taking them in any parts comes to the same.

        Args:
            before: After those before; `Evidence()` at the beginning.
            happened: (n,), in their order.

        Returns:
            The evidence after them; `crossed` is the first observation, counted from 1, at which the alarm was due.
        """
        if not len(happened):
            return before
        limit = min(max(self.limit, _LEAST), 1 - _LEAST)
        times = np.arange(before.n + 1, before.n + 1 + len(happened), dtype=np.float64)
        gains = np.log1p(STAKES * (happened[:, None] - limit) / limit)
        factors = np.cumsum(gains, axis=0)
        started = -np.log(times * (times + 1))[:, None] - (factors - gains)
        capital = np.array(before.capital)[None] if before.capital else np.full((1, len(STAKES)), -np.inf)
        # the logarithm of M_t over the product of the factors so far, which only grows
        grown = np.logaddexp.accumulate(np.concatenate([capital, started]), axis=0)[1:]
        logs = grown + factors
        means = np.logaddexp.reduce(logs, axis=1) - np.log(len(STAKES))
        due = np.flatnonzero(means >= -np.log(self.alpha))
        first = int(times[due[0]]) if len(due) else None
        return Evidence(
            n=before.n + len(happened),
            happened=before.happened + int(happened.sum()),
            capital=tuple(map(float, logs[-1])),
            largest=max(before.largest, float(means.max())),
            crossed=before.crossed if before.crossed is not None else first,
        )
