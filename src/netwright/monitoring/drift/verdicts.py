"""Verdicts: what was discovered, what rang, and over which rows its effect is measured."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from netwright.monitoring.drift.discoveries import discover

NEVER = -1
"""Stands where something has not happened."""
WINDOW = 1000
"""Rows that an effect is measured over, at most."""


@dataclass(frozen=True)
class Verdicts:
    """What is known of each feature, (F,) each.

    Args:
        log_values: Logarithm of the e-values now.
        since: First row of the evidence; what it was when it was discovered, once it is.
        discovered: Rows seen when the evidence first sufficed; -1 where it never did.
        rang: Rows seen when its alarm rang; -1 where it did not.
    """

    log_values: NDArray[np.float64]
    since: NDArray[np.int64]
    discovered: NDArray[np.int64]
    rang: NDArray[np.int64]

    @staticmethod
    def start(features: int) -> "Verdicts":
        """Return the verdicts before the first row."""
        never = np.full(features, NEVER, np.int64)
        return Verdicts(np.zeros(features), np.zeros(features, np.int64), never, never)

    @property
    def waiting(self) -> NDArray[np.bool_]:
        """Which features are discovered and have not rung: their effect decides."""
        return np.asarray((self.discovered != NEVER) & (self.rang == NEVER))

    def after(self, log_values: NDArray[np.float64], began: NDArray[np.int64], rows: int, level: float) -> "Verdicts":
        """Return the verdicts after one more block.

        Args:
            log_values: (F,) logarithm of the e-values.
            began: (F,) row at which the evidence began.
            rows: Seen so far.
            level: Chance of any false alarm.

        Returns:
            The new verdicts, before any further alarm.
        """
        known = self.discovered != NEVER
        found = np.where(~known & discover(log_values, level), rows, self.discovered)
        return Verdicts(log_values, np.where(known, self.since, began), found, self.rang)

    def ring(self, feature: int, rows: int) -> "Verdicts":
        """Return the verdicts with one more alarm."""
        rang = self.rang.copy()
        rang[feature] = rows
        return Verdicts(self.log_values, self.since, self.discovered, rang)

    def first(self, feature: int, rows: int) -> int:
        """Return the first row of the window that a feature's effect is measured over."""
        began = int(self.since[feature]) if self.discovered[feature] != NEVER else 0
        return max(began, rows - WINDOW, 0)
