"""How fast a stream runs: frames a second and latency, over the latest frames only."""

import math
from collections import deque
from collections.abc import Sequence

from netwright.records.live import Latency

FRAMES, PREDICTIONS = 128, 512
"""So many are remembered: a stream that runs for days takes no more memory than one of a minute."""


class Pace:
    """Counts frames and times predictions.

    Args:
        frames: Frames that the rate is taken over.
        predictions: Predictions that the latency is taken over.

    >>> pace = Pace()
    >>> for moment in (0.0, 0.5, 1.0):
    ...     pace.took(moment)
    >>> pace.rate()
    2.0
    """

    def __init__(self, frames: int = FRAMES, predictions: int = PREDICTIONS) -> None:
        self._taken: deque[float] = deque(maxlen=frames)
        self._late: deque[float] = deque(maxlen=predictions)

    def took(self, moment: float) -> None:
        """Count a frame that was taken at a moment, in seconds."""
        self._taken.append(moment)

    def predicted(self, seconds: float) -> None:
        """Count a prediction that was there so long after its newest frame arrived."""
        self._late.append(seconds)

    def rate(self) -> float | None:
        """Return frames a second; None where fewer than two moments are known."""
        passed = self._taken[-1] - self._taken[0] if self._taken else 0.0
        return (len(self._taken) - 1) / passed if passed > 0 else None

    def latency(self) -> Latency | None:
        """Return the latency of the latest predictions; None before the first."""
        if not self._late:
            return None
        ranked = sorted(self._late)
        return Latency(p50=_quantile(ranked, 0.5), p95=_quantile(ranked, 0.95), n=len(ranked))


def _quantile(ranked: Sequence[float], share: float) -> float:
    """Return the least value that so large a share of the values does not exceed."""
    return ranked[max(0, math.ceil(share * len(ranked)) - 1)]
