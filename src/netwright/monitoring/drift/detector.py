"""What a drift detector is, so that ours and others' can be compared on the same streams."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


class Ring(Protocol):
    """What a detector says when it rings; `DriftAlarm` is one."""

    @property
    def feature(self) -> str:
        """Which feature drifted."""
        ...

    @property
    def row(self) -> int:
        """Rows that had been seen."""
        ...


class Detector(Protocol):
    """Takes in rows and rings; `DriftMonitor` and `RiverDetector` are detectors."""

    def observe(self, numbers: NDArray[np.float32], predicted: NDArray[np.int64]) -> Sequence[Ring]:
        """Take in rows, and return the alarms that they raise.

        Args:
            numbers: (N, F) watched numbers.
            predicted: (N,) predicted classes.

        Returns:
            The alarms.
        """
        ...
