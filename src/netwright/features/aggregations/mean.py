"""The mean of a column."""

from collections.abc import Mapping
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from netwright.features.aggregations.aggregation import Moment, Scope, Seen, Terms


class Mean:
    """Sum/number of the values that are not missing.

    >>> Mean().state(Seen(events=3, times=[1, 2], values=[150, 50]))
    {'count': 2, 'total': 200}
    """

    takes: ClassVar[Literal["events", "numbers", "anything"]] = "numbers"

    def terms(self, column: str, scope: Scope) -> Mapping[str, str]:
        """Return number and sum."""
        return {"count": scope.over(f"count({column})"), "total": scope.over(f"sum({column})")}

    def state(self, seen: Seen) -> Mapping[str, int | None]:
        """Return the same of a list."""
        return {"count": len(seen.values), "total": sum(seen.numbers) if seen.values else None}

    def value(self, terms: Terms, moment: Moment) -> NDArray[np.float64]:
        """Return the mean in whole units."""
        with np.errstate(invalid="ignore", divide="ignore"):
            return terms["total"] / (terms["count"] * moment.unit)
