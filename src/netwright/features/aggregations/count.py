"""How many events there were."""

from collections.abc import Mapping
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from netwright.features.aggregations.aggregation import Moment, Scope, Seen, Terms


class Count:
    """Number of seen events; 0 where there are none.

    >>> Count().state(Seen(events=2, times=[], values=[]))
    {'count': 2}
    """

    takes: ClassVar[Literal["events", "numbers", "anything"]] = "events"

    def terms(self, column: str, scope: Scope) -> Mapping[str, str]:
        """Return count(*)."""
        return {"count": scope.over(f"count({column})")}

    def state(self, seen: Seen) -> Mapping[str, int | None]:
        """Return the same of a list."""
        return {"count": seen.events}

    def value(self, terms: Terms, moment: Moment) -> NDArray[np.float64]:  # noqa: ARG002 - part of the interface
        """Return the number itself."""
        return np.nan_to_num(terms["count"], nan=0.0)
