"""What instruments over all seeds look at: one candidate's trials at one size."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from netwright.records.measurement import Measurement


@dataclass(frozen=True, eq=False)
class Seeds:
    """The trials of one candidate at one size that ended well.

    Args:
        measurements: Seed -> what was measured on that trial.
        predictions: Seed -> predicted class of each test sample, int64 (N,), the same samples for every seed; empty
            where predictions are not at hand.
    """

    measurements: Mapping[int, tuple[Measurement, ...]]
    predictions: Mapping[int, NDArray[np.int64]] = field(default_factory=dict)

    def of(self, quality: str) -> list[Measurement]:
        """Return the measurements of one quality, by ascending seed.

        Args:
            quality: Name of the quality.

        Returns:
            At most one a seed.
        """
        return [m for _, found in sorted(self.measurements.items()) for m in found if m.quality == quality]
