"""How long to wait before a lost source is tried again: longer every time."""

from dataclasses import dataclass

from netwright.records.errors import InputError


@dataclass(frozen=True)
class Backoff:
    """Waits of min(most, first * factor^(attempt - 1)) seconds; a frame that arrives starts them anew.

    Args:
        first: Seconds before the first attempt.
        factor: By which each wait is longer than the one before.
        most: Seconds that no wait exceeds.
        attempts: Attempts in a row before the source is given up; None never gives up.

    Raises:
        InputError: A wait is not positive, or they grow shorter.

    >>> backoff = Backoff(first=0.5, factor=2, most=3)
    >>> [backoff.seconds(attempt) for attempt in (1, 2, 3, 4, 5)]
    [0.5, 1.0, 2.0, 3, 3]
    """

    first: float = 0.5
    factor: float = 2.0
    most: float = 30.0
    attempts: int | None = None

    def __post_init__(self) -> None:
        if not (0 < self.first <= self.most and self.factor >= 1):
            raise InputError(
                f"found waits from {self.first} s to {self.most} s with a factor of {self.factor}; "
                "give a first wait above 0, a longest one not below it, and a factor of at least 1"
            )
        if self.attempts is not None and self.attempts < 1:
            raise InputError(f"found {self.attempts} attempts; give at least 1, or None to try for ever")

    def seconds(self, attempt: int) -> float:
        """Return the wait before an attempt, counted from 1."""
        try:
            return min(self.most, self.first * self.factor ** (attempt - 1))
        except OverflowError:
            # after some thousand attempts the power leaves the floats
            return self.most

    def exhausted(self, attempt: int) -> bool:
        """Return whether an attempt, counted from 1, is one too many."""
        return self.attempts is not None and attempt > self.attempts
