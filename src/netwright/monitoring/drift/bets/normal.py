"""The normal bet: the whole distribution moves or widens."""

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from netwright.monitoring.drift.bets.bet import Memory

SHIFTS = (0.0, 0.25, 0.5, 1.0, 2.0)
SPREADS = (0.5, 0.75, 1.0, 1.35, 2.0)


class NormalBet:
    """Bets that the rank's normal score z = Phi^-1(p) has another mean and another spread.

    An expert's density is N(z; m, s) / N(z; 0, 1): the likelihood ratio of a normal quantity whose mean moved by m
    spreads and whose spread is s times as large. Mere moves get half of the capital.

    >>> NormalBet().pay(np.full((1, 1, 1), 0.5), np.zeros((1, 0)))[0].max().round(3).item()
    0.693
    """

    def __init__(self) -> None:
        grid = [
            (m * sign, s) for m in SHIFTS for sign in (1, -1)[: 2 if m else 1] for s in SPREADS if (m, s) != (0.0, 1.0)
        ]
        self._means, self._spreads = np.array(grid).T

    @property
    def shares(self) -> NDArray[np.float64]:
        """Half for those whose spread stays, half for the others."""
        stays = self._spreads == 1
        return np.asarray(np.where(stays, 0.5 / stays.sum(), 0.5 / (~stays).sum()))

    def start(self, features: int) -> Memory:
        """Return an empty memory: the experts are fixed."""
        return np.zeros((features, 0))

    def pay(self, places: NDArray[np.float64], memory: Memory) -> tuple[NDArray[np.float64], Memory]:
        """Return what blocks of rows pay, see `Bet.pay`."""
        scores = ndtri(places)
        first, second = scores.sum(axis=1)[..., None], (scores**2).sum(axis=1)[..., None]
        precision = 1 / self._spreads**2
        constant = -np.log(self._spreads) - 0.5 * self._means**2 * precision
        return 0.5 * (1 - precision) * second + self._means * precision * first + places.shape[1] * constant, memory
