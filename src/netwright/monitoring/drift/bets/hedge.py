"""A hedge: several bets with a part of the capital each, as one bet."""

import numpy as np
from numpy.typing import NDArray

from netwright.monitoring.drift.bets.bet import Bet, Memory
from netwright.monitoring.drift.bets.bumps import BumpBet
from netwright.monitoring.drift.bets.cells import even_edges
from netwright.monitoring.drift.bets.histogram import HistogramBet
from netwright.monitoring.drift.bets.normal import NormalBet
from netwright.monitoring.drift.bets.tails import TailBet

CELLS = 16


class Hedge:
    """Spreads the capital over several bets; the mean of fair capitals is fair.

    Args:
        parts: Part of the capital -> bet; the parts' sum is 1.
    """

    def __init__(self, parts: tuple[tuple[float, Bet], ...]) -> None:
        self._parts = parts

    @property
    def shares(self) -> NDArray[np.float64]:
        """All experts' shares, bet after bet."""
        return np.concatenate([part * bet.shares for part, bet in self._parts])

    def start(self, features: int) -> Memory:
        """Return all bets' memories, one beside the other."""
        return np.concatenate([bet.start(features) for _, bet in self._parts], axis=1)

    def pay(self, places: NDArray[np.float64], memory: Memory) -> tuple[NDArray[np.float64], Memory]:
        """Return what blocks of rows pay, see `Bet.pay`."""
        paid, memories, begin = [], [], 0
        for _, bet in self._parts:
            width = bet.start(1).shape[1]
            log, after = bet.pay(places, memory[:, begin : begin + width])
            paid.append(log)
            memories.append(after)
            begin += width
        return np.concatenate(paid, axis=-1), np.concatenate(memories, axis=1)


def number_hedge() -> Hedge:
    """Return the hedge for a number: it moves, widens, goes astray, piles up, or takes any other shape."""
    cells = even_edges(CELLS)
    return Hedge(((0.5, NormalBet()), (0.15, TailBet()), (0.2, BumpBet(cells)), (0.15, HistogramBet(cells))))


def class_hedge(counts: NDArray[np.int64]) -> Hedge:
    """Return the hedge for a class: one becomes frequent, or all shares change.

    Args:
        counts: Reference samples of each class: cells of ranks are bounded where classes are.
    """
    bounds = np.cumsum(counts[:-1] + 1) / (counts.sum() + len(counts))
    return Hedge(((0.6, BumpBet(bounds)), (0.4, HistogramBet(bounds))))
