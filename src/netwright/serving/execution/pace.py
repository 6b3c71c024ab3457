"""How fast a model answers lately: what a refused client is told to wait for."""

import math

WEIGHT = 0.1
SHORTEST = 1e-3


class Pace:
    """Seconds that one sample takes, as an exponentially weighted mean over batches.

    With w = 0.1 and s the seconds per sample of the newest batch: mean <- mean + w (s - mean).

    Source: S. W. Roberts, "Control chart tests based on geometric moving averages", Technometrics 1(3), 1959.

    >>> pace = Pace()
    >>> pace.note(samples=4, seconds=0.4)
    >>> pace.note(samples=1, seconds=0.2)
    >>> round(pace.seconds, 3), round(pace.until(50), 3), pace.fastest
    (0.11, 5.5, 0.1)
    """

    __slots__ = ("fastest", "seconds")

    def __init__(self) -> None:
        self.seconds: float | None = None
        self.fastest = math.inf

    def note(self, samples: int, seconds: float) -> None:
        """Take in the time of a batch.

        Args:
            samples: That it had.
            seconds: That it took.
        """
        each = seconds / samples
        self.fastest = min(self.fastest, each)
        self.seconds = each if self.seconds is None else self.seconds + WEIGHT * (each - self.seconds)

    def until(self, samples: int, workers: int = 1) -> float | None:
        """Return the seconds after which so many samples will be answered; None before anything was measured.

        Args:
            samples: That wait.
            workers: That answer them side by side.

        Returns:
            Seconds, 0.001 at least.
        """
        return None if self.seconds is None else max(SHORTEST, samples * self.seconds / max(workers, 1))
