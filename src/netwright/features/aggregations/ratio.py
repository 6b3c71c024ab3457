"""The event's own value against what is usual for its entity."""

from collections.abc import Mapping
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from netwright.features.aggregations.aggregation import Moment, Scope, Seen, Terms
from netwright.features.aggregations.mean import Mean


class Ratio:
    """Own value/mean of the past values; missing where one of them is, or where that mean is 0.

    >>> moment = Moment(time=np.array([0]), own=np.array([300.0]), unit=100.0)
    >>> Ratio().value({"count": np.array([2.0]), "total": np.array([200.0])}, moment).tolist()
    [3.0]
    """

    takes: ClassVar[Literal["events", "numbers", "anything"]] = "numbers"

    def terms(self, column: str, scope: Scope) -> Mapping[str, str]:
        """Return number and sum."""
        return Mean().terms(column, scope)

    def state(self, seen: Seen) -> Mapping[str, int | None]:
        """Return the same of a list."""
        return Mean().state(seen)

    def value(self, terms: Terms, moment: Moment) -> NDArray[np.float64]:
        """Return own x count/total."""
        with np.errstate(invalid="ignore", divide="ignore"):
            ratio = moment.own * terms["count"] / terms["total"]
        return np.where(terms["total"] == 0, np.nan, ratio)
