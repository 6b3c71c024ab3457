"""How much the values of a column vary."""

from collections.abc import Mapping
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from netwright.features.aggregations.aggregation import Moment, Scope, Seen, Terms

_BITS = 62


class Spread:
    """Standard deviation of a sample: sqrt((n sum x^2 - (sum x)^2)/(n (n - 1))); missing below 2 values.

    The numerator is a whole number of up to 126 bits, computed without rounding and handed on in two parts of 62 bits,
    so that nothing is cancelled (Chan, Golub and LeVeque 1983, "Algorithms for computing the sample variance").

    >>> terms = Spread().state(Seen(events=2, times=[1, 2], values=[100, 300]))
    >>> moment = Moment(time=np.array([0]), own=np.array([0.0]), unit=1.0)
    >>> Spread().value({name: np.array([float(term)]) for name, term in terms.items()}, moment).round(3).tolist()
    [141.421]
    """

    takes: ClassVar[Literal["events", "numbers", "anything"]] = "numbers"

    def terms(self, column: str, scope: Scope) -> Mapping[str, str]:
        """Return the number, and the high and the low part of the numerator."""
        count, total = scope.over(f"count({column})"), scope.over(f"sum({column})")
        squares = scope.over(f"sum({column}::HUGEINT * {column})")
        numerator = f"({count}::HUGEINT * {squares} - {total}::HUGEINT * {total})"
        part = f"{2**_BITS}::HUGEINT"
        return {"count": count, "high": f"({numerator} // {part})", "low": f"({numerator} % {part})"}

    def state(self, seen: Seen) -> Mapping[str, int | None]:
        """Return the same of a list."""
        if not seen.values:
            return {"count": 0, "high": None, "low": None}
        numerator = len(seen.values) * sum(x * x for x in seen.numbers) - sum(seen.numbers) ** 2
        return {"count": len(seen.values), "high": numerator >> _BITS, "low": numerator & (2**_BITS - 1)}

    def value(self, terms: Terms, moment: Moment) -> NDArray[np.float64]:
        """Return the deviation in whole units."""
        count = terms["count"]
        with np.errstate(invalid="ignore", divide="ignore"):
            deviation = np.sqrt((terms["high"] * 2.0**_BITS + terms["low"]) / (count * (count - 1))) / moment.unit
        return np.where(count < 2, np.nan, deviation)
