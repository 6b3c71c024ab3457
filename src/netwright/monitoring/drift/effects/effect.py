"""What an effect size is: a distance between binned rows and the binned reference."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray


class EffectSize(Protocol):
    """How far rows are from the reference."""

    @property
    def name(self) -> str:
        """Such as `PSI`."""
        ...

    @property
    def threshold(self) -> float | None:
        """From which value on it matters; None where it only describes."""
        ...

    def between(self, reference: NDArray[np.int64], rows: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the distance of several tallies of rows from the reference.

        Args:
            reference: (K,) reference values in each bin.
            rows: (R, K) rows in each bin; no tally is empty.

        Returns:
            (R,), 0 where shares are equal, never below 0.
        """
        ...
