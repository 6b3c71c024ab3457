"""The sum of a column."""

from collections.abc import Mapping
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from netwright.features.aggregations.aggregation import Moment, Scope, Seen, Terms


class Total:
    """Sum of the values that are not missing; 0 where there are none.

    >>> Total().state(Seen(events=3, times=[1, 2], values=[150, 50]))
    {'total': 200}
    """

    takes: ClassVar[Literal["events", "numbers", "anything"]] = "numbers"

    def terms(self, column: str, scope: Scope) -> Mapping[str, str]:
        """Return the sum."""
        return {"total": scope.over(f"sum({column})")}

    def state(self, seen: Seen) -> Mapping[str, int | None]:
        """Return the same of a list."""
        return {"total": sum(seen.numbers) if seen.values else None}

    def value(self, terms: Terms, moment: Moment) -> NDArray[np.float64]:
        """Return the sum in whole units."""
        return np.nan_to_num(terms["total"], nan=0.0) / moment.unit
