"""What watches one of the decision's conditions: a pure function from what was known and what is new."""

from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from netwright.records.monitor import TriggerState


class News(NamedTuple):
    """What a watch may look at, since it looked last.

    Args:
        time: Of the newest event, seconds since the epoch.
        latencies: Seconds that the decision's model took for answers, in their order.
        latency_times: When each of these came.
        right: Whether each answer was right whose first true label has come, in the order of the labels.
        right_times: When each of these labels was told.
        labelled: Answers with a true label, since the beginning.
        drifted: Names of the numbers that have moved, since the beginning.
        compared: Answers whose numbers were compared with the reference, since the beginning.
        hardware: Of the machine that is watched.
    """

    time: float
    latencies: NDArray[np.float64]
    latency_times: NDArray[np.float64]
    right: NDArray[np.bool_]
    right_times: NDArray[np.float64]
    labelled: int = 0
    drifted: tuple[str, ...] = ()
    compared: int = 0
    hardware: str = ""


def nothing_new(time: float) -> News:
    """Return the news of a moment at which nothing has happened."""
    nothing = np.zeros(0)
    return News(time, nothing, nothing, nothing.astype(bool), nothing)


class Watch(Protocol):
    """One condition at work; `triggers.catalog` makes the watches of a decision."""

    def start(self) -> TriggerState:
        """Return the state before anything was seen."""
        ...

    def observe(self, before: TriggerState, news: News) -> TriggerState:
        """Return the state after what is new; one that came true stays so."""
        ...
