"""The bump bet: one region holds more than its share."""

import numpy as np
from numpy.typing import NDArray

from netwright.monitoring.drift.bets.bet import Memory
from netwright.monitoring.drift.bets.cells import count

PORTIONS = (0.05, 0.2, 0.6)
LEAST = 0.005


class BumpBet:
    """Bets that a portion of the rows went into one cell of ranks: a class, a default value, a stuck sensor.

    An expert's density is 1 - e + e / w inside its cell of width w and 1 - e outside.

    Args:
        edges: Inner edges of the cells, ascending in (0, 1); a cell narrower than 0.005 is not bet on.
    """

    def __init__(self, edges: NDArray[np.float64]) -> None:
        self._edges = edges
        widths = np.diff(np.concatenate([[0.0], edges, [1.0]]))
        self._cells = np.flatnonzero(widths >= LEAST)
        portions = np.array(PORTIONS)
        self._outside = np.log1p(-portions)
        self._lift = np.log1p(-portions + portions / widths[self._cells, None]) - self._outside

    @property
    def shares(self) -> NDArray[np.float64]:
        """The same for each."""
        return np.full(self._lift.size, 1 / self._lift.size)

    def start(self, features: int) -> Memory:
        """Return an empty memory: the experts are fixed."""
        return np.zeros((features, 0))

    def pay(self, places: NDArray[np.float64], memory: Memory) -> tuple[NDArray[np.float64], Memory]:
        """Return what blocks of rows pay, see `Bet.pay`."""
        hits = count(places, self._edges)[..., self._cells]
        paid = hits[..., None] * self._lift + places.shape[1] * self._outside
        return paid.reshape(*hits.shape[:2], self._lift.size), memory
