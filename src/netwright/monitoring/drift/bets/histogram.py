"""The histogram bet: any new shape, learnt as it comes."""

import numpy as np
from numpy.typing import NDArray

from netwright.monitoring.drift.bets.bet import Memory
from netwright.monitoring.drift.bets.cells import count

HALF_LIVES = (64, 512)
"""Rows after which what was seen counts half."""
PRIOR = 2.0
"""Rows that are imagined at the start, in the mean over cells."""
CAUTION = 0.5
"""The part of the density that stays uniform."""


class HistogramBet:
    """Bets that ranks fall as they fell lately.

    An expert's density in cell i is 1/2 + 1/2 (n_i + 2 C w_i) / (w_i (n + 2 C)) for C cells of width w_i, where n_i
    counts the earlier rows of that cell, halved every 64 (or 512) rows.

    Args:
        edges: Inner edges of the cells, ascending in (0, 1).

    Source: the rule of add-a-constant with forgetting; R. Krichevsky, V. Trofimov, The performance of universal
        encoding, 1981.
    """

    def __init__(self, edges: NDArray[np.float64]) -> None:
        self._edges = edges
        self._widths = np.diff(np.concatenate([[0.0], edges, [1.0]]))

    @property
    def shares(self) -> NDArray[np.float64]:
        """The same for each."""
        return np.full(len(HALF_LIVES), 1 / len(HALF_LIVES))

    def start(self, features: int) -> Memory:
        """Return empty counts."""
        return np.zeros((features, len(HALF_LIVES) * len(self._widths)))

    def pay(self, places: NDArray[np.float64], memory: Memory) -> tuple[NDArray[np.float64], Memory]:
        """Return what blocks of rows pay, see `Bet.pay`."""
        hits = count(places, self._edges)
        blocks, features, cells = hits.shape
        keep = 0.5 ** (places.shape[1] / np.array(HALF_LIVES))[:, None]
        counts = memory.reshape(features, len(HALF_LIVES), cells)
        before = np.empty((blocks, features, len(HALF_LIVES), cells))
        for block in range(blocks):
            before[block] = counts
            counts = keep * counts + hits[block][:, None]
        # a prior in proportion to the widths makes the first density uniform
        imagined = PRIOR * cells * self._widths
        learnt = (before + imagined) / ((before.sum(axis=-1, keepdims=True) + PRIOR * cells) * self._widths)
        paid = (hits[:, :, None] * np.log(CAUTION + (1 - CAUTION) * learnt)).sum(axis=-1)
        return paid, counts.reshape(memory.shape)
