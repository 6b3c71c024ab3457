"""A scaling curve: error against training images, with its uncertainty."""

from bisect import bisect_left
from itertools import accumulate
from math import inf

from netwright.records.errors import ExtrapolationError
from netwright.records.measurement import LEVEL
from netwright.records.record import Record

EXTRAPOLATION_LIMIT = 8.0
"""How many times the largest measured size a curve may be asked for, unless more is asked for by name."""


class Curve(Record):
    """Error e(n) = c + a (n/n0)^-b, fitted to measured errors, with draws from its posterior.

    Source: specification of scaling studies; Hestness et al. 2017 for the form.

    Args:
        sizes: Training images, ascending.
        errors: One row a size, one column a seed; NaN where a trial gave no error.
        n0: The reference size, the geometric mean of `sizes`.
        a: Error above the floor at n0.
        b: Exponent.
        c: Floor.
        draws: Posterior draws of (a, b, c), equally weighted.
        noise: Pooled relative standard deviation of the error between seeds.
        flags: What a reader must know, such as "not monotone".
    """

    sizes: tuple[int, ...]
    errors: tuple[tuple[float, ...], ...]
    n0: float
    a: float
    b: float
    c: float
    draws: tuple[tuple[float, float, float], ...]
    noise: float
    flags: tuple[str, ...] = ()

    def predict(self, n: float, limit: float = EXTRAPOLATION_LIMIT) -> tuple[float, float, float]:
        """Return the expected error at n training images, with its 90% interval.

        Args:
            n: Training images.
            limit: How many times the largest measured size n may be.

        Returns:
            (value, low, high): the median and the 5% and 95% quantiles of the posterior.

        Raises:
            ExtrapolationError: n is beyond the limit.
        """
        if n > limit * self.sizes[-1]:
            raise ExtrapolationError(
                f"the curve was measured up to n = {self.sizes[-1]} and was asked for n = {n:g}, more than {limit:g}x; "
                "measure larger sizes, or pass a larger limit"
            )
        errors = sorted(c + a * (n / self.n0) ** -b for a, b, c in self.draws)
        low, middle, high = (_quantile(errors, q) for q in ((1 - LEVEL) / 2, 0.5, (1 + LEVEL) / 2))
        return middle, low, high

    def required(self, error: float) -> tuple[float, float, float]:
        """Return how many training images reach an error.

        Per draw n = n0 ((error - c)/a)^(-1/b), infinite where error <= c.

        Args:
            error: The wanted error.

        Returns:
            (p_reachable, n50, n90): P(the floor is below the error), and the 50% and 90% quantiles of n.
        """
        sizes = sorted(self._size_for(error, draw) for draw in self.draws)
        reachable = bisect_left(sizes, inf) / len(sizes)
        return reachable, _at_least(sizes, 0.5), _at_least(sizes, 0.9)

    def _size_for(self, error: float, draw: tuple[float, float, float]) -> float:
        a, b, c = draw
        if error <= c:
            return inf
        try:
            return float(self.n0 * ((error - c) / a) ** (-1 / b))
        except OverflowError:
            return inf


def _quantile(ascending: list[float], q: float) -> float:
    position = q * (len(ascending) - 1)
    lower = int(position)
    upper = min(lower + 1, len(ascending) - 1)
    return ascending[lower] + (position - lower) * (ascending[upper] - ascending[lower])


def _at_least(ascending: list[float], share: float) -> float:
    # no interpolation: an infinite neighbour would make the quantile meaningless
    reached = list(accumulate(1 / len(ascending) for _ in ascending))
    return ascending[min(bisect_left(reached, share - 1e-9), len(ascending) - 1)]
