"""A circuit breaker: what fails again and again is left alone for a while, so that its failures cost nobody time."""

FAILURES = 5
PAUSE = 1.0


class Breaker:
    """Opens after a run of failures, and lets one request through now and then to see whether it is over.

    Args:
        failures: In a row, after which it opens.
        pause: Seconds between two trials while it is open.

    Source: Nygard, Release It!, 2nd edition, 2018, chapter 5, "Circuit Breaker".

    >>> breaker = Breaker(failures=2, pause=1.0)
    >>> breaker.failed(0.0); breaker.failed(0.0)
    >>> breaker.allows(0.5), breaker.allows(1.0), breaker.allows(1.1)
    (False, True, False)
    >>> breaker.succeeded(); breaker.allows(1.2)
    True
    """

    def __init__(self, failures: int = FAILURES, pause: float = PAUSE) -> None:
        self._most = failures
        self._pause = pause
        self._failures = 0
        self._trial = 0.0

    def would_allow(self, now: float) -> bool:
        """Return what `allows` would, without letting anything pass.

        Args:
            now: Seconds on any clock that only goes forward.
        """
        return self._failures < self._most or now >= self._trial

    def allows(self, now: float) -> bool:
        """Return whether a request may pass; while it is open, one does after each pause.

        Args:
            now: As in `would_allow`.
        """
        if self._failures < self._most:
            return True
        if now < self._trial:
            return False
        self._trial = now + self._pause
        return True

    def succeeded(self) -> None:
        """Note an answer."""
        self._failures = 0

    def failed(self, now: float) -> None:
        """Note a failure.

        Args:
            now: As in `would_allow`.
        """
        self._failures += 1
        self._trial = now + self._pause
