"""river's streaming detectors, as detectors of ours: for users who want them, and for comparing."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from netwright.monitoring.drift.track import PREDICTED
from netwright.records.errors import MissingExtraError
from netwright.records.reference import Reference

Method = Literal["ADWIN", "KSWIN", "PageHinkley"]


@dataclass(frozen=True)
class RiverRing:
    """A detector of river found a change.

    Args:
        feature: Of this feature.
        row: Rows that had been seen.
    """

    feature: str
    row: int


class RiverDetector:
    """One detector of river for each feature, fed row by row; each rings once.

    river's detectors compare a stream with its own past: they see no drift that was there from the first row on. They
    ring falsely at a rate for each row, so that the longer one watches the more they ring.

    Args:
        method: `ADWIN` (A. Bifet, R. Gavalda, 2007), `KSWIN` (C. Raab and others, 2020) or `PageHinkley` (E. Page,
            1954).
        reference: Of the package; numbers are divided by its spreads.
        settings: Of the detector, such as `delta` or `alpha`; the others are river's defaults.

    Raises:
        MissingExtraError: river is not installed.
    """

    def __init__(self, method: Method, reference: Reference, settings: dict[str, float] | None = None) -> None:
        make = _maker(method)
        self._names = (*(one.name for one in reference.features), PREDICTED)
        self._means = np.array([one.mean for one in reference.features])
        self._spreads = np.array([one.spread or 1.0 for one in reference.features])
        # KSWIN draws samples of its past
        seed = {"seed": 0} if method == "KSWIN" else {}
        self._detectors = {name: make(**seed | (settings or {})) for name in self._names}
        self._rows = 0

    def observe(self, numbers: NDArray[np.float32], predicted: NDArray[np.int64]) -> list[RiverRing]:
        """Take in rows, and return the alarms that they raise; values that are not finite are left out.

        Args:
            numbers: (N, F) watched numbers.
            predicted: (N,) predicted classes.

        Returns:
            One alarm a feature that rings for the first time.
        """
        rows = np.concatenate([(numbers - self._means) / self._spreads, predicted[:, None]], axis=1)
        rings = []
        for row in rows.tolist():
            self._rows += 1
            for name, value in zip(self._names, row, strict=True):
                detector = self._detectors.get(name)
                if detector is None or not np.isfinite(value):
                    continue
                detector.update(value)
                if detector.drift_detected:
                    del self._detectors[name]
                    rings.append(RiverRing(name, self._rows))
        return rings


def _maker(method: Method) -> Callable[..., Any]:
    try:
        from river import drift
    except ModuleNotFoundError as error:
        raise MissingExtraError("river's drift detectors", "monitor") from error
    made: Callable[..., Any] = getattr(drift, method)
    return made
