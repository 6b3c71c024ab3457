"""The smallest and the largest value of a column."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from netwright.features.aggregations.aggregation import Moment, Scope, Seen, Terms


@dataclass(frozen=True)
class Extreme:
    """The smallest or the largest of the values that are not missing.

    Args:
        which: `min` or `max`.

    >>> Extreme("max").state(Seen(events=3, times=[1, 2], values=[150, 50]))
    {'value': 150}
    """

    which: Literal["min", "max"]

    takes: ClassVar[Literal["events", "numbers", "anything"]] = "numbers"

    def terms(self, column: str, scope: Scope) -> Mapping[str, str]:
        """Return the extreme."""
        return {"value": scope.over(f"{self.which}({column})")}

    def state(self, seen: Seen) -> Mapping[str, int | None]:
        """Return the same of a list."""
        pick = min if self.which == "min" else max
        return {"value": pick(seen.numbers, default=None)}

    def value(self, terms: Terms, moment: Moment) -> NDArray[np.float64]:
        """Return it in whole units."""
        return terms["value"] / moment.unit
