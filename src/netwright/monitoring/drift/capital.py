"""Capital: what bets have made of 1, over all rows at which they could have begun."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp

FIRST = 0.1
"""Part of the capital that is bet from the first row on: the service may have begun on other data."""
PATIENCE, DECAY = 64.0, 0.25
LARGEST = math.log(1e300)


def log_kept(begun: int) -> float:
    """Return the logarithm of the part of the capital that waits after so many beginnings.

    1 after none, then 0.9 (1 + (k - 1) / 64)^(-1/4): what begins at the k-th moment is about k^(-5/4), so that a
    change after 10^5 calm rows costs little more evidence than one after 10^4.

    >>> [round(math.exp(log_kept(k)), 3) for k in (0, 1, 65)]
    [1.0, 0.9, 0.757]
    """
    return 0.0 if begun == 0 else math.log1p(-FIRST) - DECAY * math.log1p((begun - 1) / PATIENCE)


def log_begins(begun: int) -> float:
    """Return the logarithm of the part that begins to be bet, after so many beginnings before it."""
    before, after = log_kept(begun), log_kept(begun + 1)
    return before + math.log(-math.expm1(after - before))


@dataclass(frozen=True)
class Capital:
    """The capitals of all features at one moment.

    At each block k of rows a part w_k of the capital, with sum of all w_k = 1, begins to be bet; each expert carries
    M_k = (M_(k-1) + w_k) f(p of block k). The capital is the shares' mean of M, plus what has not begun. Begun with 1,
    it is fair: it reaches 1/a, ever, with probability a at most.

    Args:
        begun: Blocks so far.
        log_wealth: (F, experts) log M.
        log_best: (F, experts) logarithm of the largest part of M that began in one block.
        since: (F, experts) the block at which that part began.

    Source: J. Ville, 1939 (the bound); V. Vovk, I. Petej, I. Nouretdinov, E. Ahlberg, L. Carlsson, A. Gammerman,
        Retrain or not retrain: conformal test martingales for change-point detection, COPA 2021; A. Shiryaev, 1963, and
        S. Roberts, 1966 (the recursion over beginnings); E. Page, 1954 (the best beginning).
    """

    begun: int
    log_wealth: NDArray[np.float64]
    log_best: NDArray[np.float64]
    since: NDArray[np.int64]

    @staticmethod
    def start(features: int, experts: int) -> "Capital":
        """Return the capital of 1 that nothing was bet of."""
        nothing = np.full((features, experts), -np.inf)
        return Capital(0, nothing, nothing, np.zeros((features, experts), np.int64))

    def after(self, log_paid: NDArray[np.float64]) -> "Capital":
        """Return the capital after one more block.

        Args:
            log_paid: (F, experts) logarithm of the factors of the block.

        Returns:
            The new capital.
        """
        begins = log_begins(self.begun)
        since = np.where(self.log_best < begins, self.begun, self.since)
        best = np.maximum(self.log_best, begins) + log_paid
        return Capital(self.begun + 1, np.logaddexp(self.log_wealth, begins) + log_paid, best, since)

    def log_value(self, log_shares: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the logarithm of each feature's capital, (F,).

        Args:
            log_shares: (experts,) logarithm of the part that each expert bets with.
        """
        return np.asarray(np.logaddexp(logsumexp(self.log_wealth + log_shares, axis=1), log_kept(self.begun)))

    def began(self, log_shares: NDArray[np.float64]) -> NDArray[np.int64]:
        """Return the block from which on each feature's best expert gained most, (F,).

        Args:
            log_shares: (experts,) logarithm of the part that each expert bets with.
        """
        best = np.argmax(self.log_best + log_shares, axis=1)
        return np.asarray(self.since[np.arange(len(best)), best])


def e_value(log_value: float) -> float:
    """Return the capital itself, 1e300 at most so that it stays a number.

    >>> e_value(0.0), e_value(1e6)
    (1.0, 1e+300)
    """
    return math.exp(log_value) if log_value < LARGEST else 1e300
