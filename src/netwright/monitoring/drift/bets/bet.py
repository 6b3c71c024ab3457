"""What a bet is: densities of the rank that pay when ranks are not uniform."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Memory = NDArray[np.float64]
"""(features, anything): what a bet remembers of each feature."""


class Bet(Protocol):
    """A few experts, each of which says before every row how likely it thinks each rank.

    An expert is a density f on [0, 1], chosen by what came before; a capital grows by the factor f(p). Where p is
    uniform, E f(p) = integral of f = 1: nobody can expect to gain.

    Source: V. Vovk, A. Gammerman, G. Shafer, Algorithmic Learning in a Random World, 2nd edition, 2022, section 8.1.
    """

    @property
    def shares(self) -> NDArray[np.float64]:
        """The part of the capital that each expert begins with, (experts,); their sum is 1."""
        ...

    def start(self, features: int) -> Memory:
        """Return the memory before the first row."""
        ...

    def pay(self, places: NDArray[np.float64], memory: Memory) -> tuple[NDArray[np.float64], Memory]:
        """Return what blocks of rows pay.

        Args:
            places: (blocks, rows, F) ranks in (0, 1). A block's rows are bet on with what the blocks before it taught.
            memory: As the blocks before left it.

        Returns:
            (blocks, F, experts) sum over a block's rows of log f(p), and the memory behind them.
        """
        ...
