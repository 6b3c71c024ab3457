"""The tail bet: a few values lie where hardly any were."""

import numpy as np
from numpy.typing import NDArray

from netwright.monitoring.drift.bets.bet import Memory

PORTIONS = (0.02, 0.1, 0.4)
POWER = 0.25


class TailBet:
    """Bets that a small portion of the rows are extreme: outliers, values out of range, missing values.

    An expert's density is 1 - e + e k p^(k-1) with k = 0.25, for the lower tail, and the same of 1 - p for the upper
    one; e is the portion of the rows that it thinks extreme.

    Source: the power martingale of V. Vovk, I. Nouretdinov, A. Gammerman, ICML 2003, section 3, mixed with the uniform.
    """

    @property
    def shares(self) -> NDArray[np.float64]:
        """The same for each."""
        return np.full(2 * len(PORTIONS), 0.5 / len(PORTIONS))

    def start(self, features: int) -> Memory:
        """Return an empty memory: the experts are fixed."""
        return np.zeros((features, 0))

    def pay(self, places: NDArray[np.float64], memory: Memory) -> tuple[NDArray[np.float64], Memory]:
        """Return what blocks of rows pay, see `Bet.pay`."""
        portions = np.array(PORTIONS)
        paid = [
            np.log1p(portions * (POWER * side[..., None] ** (POWER - 1) - 1)).sum(axis=1)
            for side in (places, 1 - places)
        ]
        return np.concatenate(paid, axis=-1), memory
