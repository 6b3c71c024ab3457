"""The value of a column at the latest event."""

from collections.abc import Mapping
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from netwright.features.aggregations.aggregation import Moment, Scope, Seen, Terms


class Last:
    """The latest value that is not missing; the largest one among several of the same time.

    >>> Last().state(Seen(events=3, times=[1, 2, 2], values=[900, 50, 40]))
    {'value': 50}
    """

    takes: ClassVar[Literal["events", "numbers", "anything"]] = "numbers"

    def terms(self, column: str, scope: Scope) -> Mapping[str, str]:
        """Return the value at the latest event."""
        return {"value": scope.latest(column)}

    def state(self, seen: Seen) -> Mapping[str, int | None]:
        """Return the same of a list."""
        newest = max(zip(seen.times, seen.numbers, strict=True), default=None)
        return {"value": None if newest is None else newest[1]}

    def value(self, terms: Terms, moment: Moment) -> NDArray[np.float64]:
        """Return it in whole units."""
        return terms["value"] / moment.unit
