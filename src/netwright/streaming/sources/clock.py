"""Time as live sources see it: now, and waiting that can be ended."""

import time
from threading import Event
from typing import Protocol


class Clock(Protocol):
    """Tells seconds, and waits."""

    def now(self) -> float:
        """Return seconds from any origin, never going back."""
        ...

    def wait(self, ended: Event, seconds: float) -> bool:
        """Wait so long, or until `ended` is set; return whether it is."""
        ...


class WallClock:
    """The clock of the machine.

    >>> over = Event()
    >>> over.set()
    >>> WallClock().wait(over, 3600)
    True
    """

    def now(self) -> float:
        """Return the seconds of the monotonic clock."""
        return time.monotonic()

    def wait(self, ended: Event, seconds: float) -> bool:
        """Wait so long, or until `ended` is set; return whether it is."""
        return ended.wait(seconds)
