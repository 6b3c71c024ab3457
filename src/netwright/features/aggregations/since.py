"""How long ago the latest event was."""

from collections.abc import Mapping
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from netwright.features.aggregations.aggregation import Moment, Scope, Seen, Terms

_MICROSECONDS = 1e6


class Since:
    """Seconds from the latest seen event to the moment.

    >>> moment = Moment(time=np.array([5_000_000]), own=np.array([np.nan]), unit=1.0)
    >>> Since().value({"time": np.array([3_500_000.0])}, moment).tolist()
    [1.5]
    """

    takes: ClassVar[Literal["events", "numbers", "anything"]] = "events"

    def terms(self, column: str, scope: Scope) -> Mapping[str, str]:
        """Return the time of the latest event."""
        return {"time": scope.latest(column)}

    def state(self, seen: Seen) -> Mapping[str, int | None]:
        """Return the same of a list."""
        return {"time": max(seen.times, default=None)}

    def value(self, terms: Terms, moment: Moment) -> NDArray[np.float64]:
        """Return the seconds; both times are whole numbers below 2^53, so that their difference is exact."""
        return (moment.time.astype(np.float64) - terms["time"]) / _MICROSECONDS
