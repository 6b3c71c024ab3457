"""A scaling curve: error against training samples, with its uncertainty."""

from bisect import bisect_left
from collections.abc import Iterator
from itertools import repeat
from math import ceil, inf, isfinite

from netwright.records.errors import ExtrapolationError, InputError
from netwright.records.law import FORMULAS, POWER_LAW, Alternative, Formula
from netwright.records.measurement import LEVEL
from netwright.records.record import Record, Rows

EXTRAPOLATION_LIMIT = 8.0
"""How many times the largest measured size a curve may be asked for, unless more is asked for by name."""


class Curve(Record):
    """Error e(n) = c + a (n/n0)^-b, fitted to measured errors, with draws from its posterior and that of other laws.

    The constants a, b, c are those of least squares; what the errors leave open about them, and about the law itself,
    is in the draws, and so is what `predict` and `required` say. Source: Hestness et al. 2017, "Deep Learning Scaling
    is Predictable", for the form; Hoeting et al. 1999, "Bayesian Model Averaging", for draws of several laws.

    Args:
        sizes: Training samples, ascending; only sizes with at least one error.
        errors: One row a size, one column a seed; NaN where a trial gave no error.
        n0: The reference size, the geometric mean of `sizes`.
        a: Error above the floor at n0, by least squares.
        b: Exponent, by least squares.
        c: Floor, by least squares.
        draws: Posterior draws, equally weighted: (a, b, c), or the constants of another law as `law.Formula` orders
            them.
        noise: Pooled relative standard deviation of the error between seeds.
        flags: What a reader must know, such as "not monotone".
        laws: The law of each draw; empty where all are of the power law.
        alternatives: How every law that was looked at agrees with the errors, the power law first.
    """

    sizes: tuple[int, ...]
    errors: tuple[tuple[float, ...], ...]
    n0: float
    a: float
    b: float
    c: float
    draws: tuple[tuple[float, ...], ...]
    noise: float
    flags: tuple[str, ...] = ()
    laws: tuple[str, ...] = ()
    alternatives: tuple[Alternative, ...] = ()

    @property
    def law(self) -> str:
        """The law of most draws: the one that the errors, and what was likely beforehand, speak for."""
        if not self.laws:
            return POWER_LAW
        return max(dict.fromkeys(self.laws), key=self.laws.count)

    def at(self, n: float) -> list[float]:
        """Return the expected error at n training samples, one a draw; n may lie anywhere.

        Args:
            n: Training samples.

        Returns:
            Errors, in the order of the draws.

        >>> draws = ((0.1, 0.5, 0.1),)
        >>> curve = Curve(sizes=(50, 200), errors=((), ()), n0=100, a=0.1, b=0.5, c=0.1, draws=draws, noise=0.0)
        >>> [round(error, 4) for error in curve.at(400)]
        [0.15]
        """
        r = n / self.n0
        return [c + a * formula.x(r, *rest) for formula, (a, *rest, c) in self._formulas()]

    def predict(self, n: float, limit: float = EXTRAPOLATION_LIMIT) -> tuple[float, float, float]:
        """Return the expected error at n training samples, with its 90% interval.

        Args:
            n: Training samples.
            limit: How many times the largest measured size n may be.

        Returns:
            (value, low, high): the median and the 5% and 95% quantiles of the posterior.

        Raises:
            InputError: n is not a positive number.
            ExtrapolationError: n is beyond the limit.

        >>> draws = tuple((0.1, 0.5, c) for c in (0.0, 0.1, 0.2))
        >>> curve = Curve(sizes=(50, 200), errors=((), ()), n0=100, a=0.1, b=0.5, c=0.1, draws=draws, noise=0.0)
        >>> [round(bound, 4) for bound in curve.predict(400)]  # 0.1 / sqrt(4) above the floors
        [0.15, 0.06, 0.24]
        """
        if not (isfinite(n) and n > 0):
            raise InputError(f"the curve was asked for n = {n:g}; ask for a positive number of training samples")
        if n > limit * self.sizes[-1]:
            raise ExtrapolationError(
                f"the curve was measured up to n = {self.sizes[-1]} and was asked for n = {n:g}, more than {limit:g}x; "
                "measure larger sizes, or pass a larger limit"
            )
        errors = sorted(self.at(n))
        low, middle, high = (_quantile(errors, q) for q in ((1 - LEVEL) / 2, 0.5, (1 + LEVEL) / 2))
        return middle, low, high

    def required(self, error: float) -> tuple[float, float, float]:
        """Return how many training samples reach an error.

        Per draw of the power law n = n0 ((error - c)/a)^(-1/b), infinite where error <= c.

        Args:
            error: The wanted error.

        Returns:
            (p_reachable, n50, n90): P(the floor is below the error), and the sizes that suffice with a probability
            of 50% and 90%, infinite where more data is not enough.

        Raises:
            InputError: The error is not a number.

        >>> draws = tuple((0.1, 0.5, c) for c in (0.0, 0.1, 0.2))
        >>> curve = Curve(sizes=(50, 200), errors=((), ()), n0=100, a=0.1, b=0.5, c=0.1, draws=draws, noise=0.0)
        >>> [round(figure, 3) for figure in curve.required(0.15)]
        [0.667, 400.0, inf]
        """
        if not isfinite(error):
            raise InputError(f"the curve was asked for an error of {error}; ask for a number, such as 0.1")
        sizes = sorted(self.sizes_for(error))
        reachable = bisect_left(sizes, inf) / len(sizes)
        return reachable, _at_least(sizes, 0.5), _at_least(sizes, 0.9)

    def sizes_for(self, error: float) -> list[float]:
        """Return the training samples that reach an error, one a draw; infinite where more data is not enough.

        Args:
            error: The wanted error.

        Returns:
            Sizes, in the order of the draws; 0 where a law is below the error even without data.
        """
        return [self._size_for(error, formula, draw) for formula, draw in self._formulas()]

    def table(self) -> tuple[tuple[str, ...], Rows]:
        """Return one row a size: its measured mean error, and the fitted error with its 90% interval."""
        rows = [self._row(size, errors) for size, errors in zip(self.sizes, self.errors, strict=True)]
        return ("n", "seeds", "mean error", "fitted", "90% interval"), rows

    def _row(self, size: int, errors: tuple[float, ...]) -> tuple[str, ...]:
        measured = [error for error in errors if isfinite(error)]
        mean = f"{sum(measured) / len(measured):.4f}" if measured else "none"
        value, low, high = self.predict(size)
        return str(size), str(len(measured)), mean, f"{value:.4f}", f"{low:.4f} to {high:.4f}"

    def _formulas(self) -> Iterator[tuple[Formula, tuple[float, ...]]]:
        names = self.laws or repeat(POWER_LAW, len(self.draws))
        return zip(map(FORMULAS.__getitem__, names), self.draws, strict=True)

    def _size_for(self, error: float, formula: Formula, draw: tuple[float, ...]) -> float:
        a, *rest, c = draw
        if error <= c:
            return inf
        try:
            return self.n0 * formula.inverse((error - c) / a, *rest)
        except OverflowError:
            return inf


def _quantile(ascending: list[float], q: float) -> float:
    position = q * (len(ascending) - 1)
    lower = int(position)
    upper = min(lower + 1, len(ascending) - 1)
    return ascending[lower] + (position - lower) * (ascending[upper] - ascending[lower])


def _at_least(ascending: list[float], share: float) -> float:
    # no interpolation: an infinite neighbour would make the quantile meaningless
    return ascending[ceil(share * len(ascending) - 1e-9) - 1]
