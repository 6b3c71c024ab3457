"""How many different values a column had."""

from collections.abc import Mapping
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from netwright.features.aggregations.aggregation import Moment, Scope, Seen, Terms


class Distinct:
    """Number of different values that are not missing; 0 where there are none.

    >>> Distinct().state(Seen(events=3, times=[1, 2, 3], values=["fuel", "games", "fuel"]))
    {'count': 2}
    """

    takes: ClassVar[Literal["events", "numbers", "anything"]] = "anything"

    def terms(self, column: str, scope: Scope) -> Mapping[str, str]:
        """Return count(DISTINCT)."""
        return {"count": scope.over(f"count(DISTINCT {column})")}

    def state(self, seen: Seen) -> Mapping[str, int | None]:
        """Return the same of a list."""
        return {"count": len(set(seen.values))}

    def value(self, terms: Terms, moment: Moment) -> NDArray[np.float64]:  # noqa: ARG002 - part of the interface
        """Return the number itself."""
        return np.nan_to_num(terms["count"], nan=0.0)
