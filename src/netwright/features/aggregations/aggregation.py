"""What an aggregation is: the same whole numbers from a database and from a list, and one function on top of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

Terms = Mapping[str, NDArray[np.float64]]
"""Name of a term -> its values (N,): whole numbers; NaN where there is nothing."""


@dataclass(frozen=True)
class Moment:
    """When rows are asked for, and what their own event holds.

    Args:
        time: Microseconds since the epoch, int64 (N,).
        own: The aggregated column of the event itself, in units of its last decimal; NaN where missing; (N,).
        unit: Units that make 1: 10^decimals of the aggregated column.
    """

    time: NDArray[np.int64]
    own: NDArray[np.float64]
    unit: float


@dataclass(frozen=True)
class Seen:
    """The events that are seen at one moment, the earliest first.

    Args:
        events: How many.
        times: Microseconds since the epoch of the events whose value is not missing.
        values: Their values: whole numbers in units of the last decimal, or words.
    """

    events: int
    times: list[int]
    values: list[int] | list[str]

    @property
    def numbers(self) -> list[int]:
        """The values of a column of numbers."""
        return self.values  # type: ignore[return-value]


class Scope(Protocol):
    """How a database is told which events are seen."""

    def over(self, call: str) -> str:
        """Return the SQL of an aggregate call over the seen events."""
        ...

    def latest(self, column: str) -> str:
        """Return the SQL of a value at the latest seen event where it is not NULL; the largest one among equals."""
        ...


class Aggregation(Protocol):
    """An aggregation.

    `terms` and `state` give the same whole numbers, so that `value` gives the same floating-point number whichever of
    them was asked: what is rounded is rounded once, in one place.
    """

    takes: ClassVar[Literal["events", "numbers", "anything"]]

    def terms(self, column: str, scope: Scope) -> Mapping[str, str]:
        """Return the SQL of each term.

        Args:
            column: SQL of the aggregated values: BIGINT or VARCHAR, NULL where missing; of the time (microseconds)
                where `takes` is `events`.
            scope: Which events are seen.

        Returns:
            Name -> an expression of whole numbers below 2^63, NULL where there is nothing.
        """
        ...

    def state(self, seen: Seen) -> Mapping[str, int | None]:
        """Return the same terms of the events that are seen; None where there is nothing."""
        ...

    def value(self, terms: Terms, moment: Moment) -> NDArray[np.float64]:
        """Return the feature, (N,); NaN where there is nothing to aggregate."""
        ...
