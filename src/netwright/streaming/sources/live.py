"""Cameras and network streams: one thread reads, the newest frame wins, and a lost source is connected again."""

import sys
from collections.abc import Iterator
from threading import Event, Lock, Thread

from netwright.records.errors import DataError
from netwright.records.live import Losses
from netwright.streaming.sources.backoff import Backoff
from netwright.streaming.sources.clock import Clock, WallClock
from netwright.streaming.sources.connection import Connection, LostError, Opener
from netwright.streaming.sources.frame import Frame
from netwright.streaming.sources.latest import Latest

FAREWELL = 2.0
"""Seconds to wait for the reading thread when a source is closed; one that hangs in a driver ends with the process."""


def connect(opener: Opener) -> Connection:
    """Return the first connection to a live source.

    Args:
        opener: Connects.

    Returns:
        What the source gives.

    Raises:
        DataError: Nothing is there, or it gives no video.
    """
    try:
        return opener.open()
    except LostError as error:
        raise DataError(f"{opener.name}: {error}; check that it is there and gives video") from error


class LiveSource:
    """A live source: whoever looks at its frames gets the newest one; those that came meanwhile are counted as dropped.

    When the source breaks off or gives no frame for too long it is connected again, after waits that grow. A
    connection counts time from its own start, so the time of a frame goes on over such a gap by the clock. A source
    that never gave a frame is an error, not a gap.

    Args:
        opener: Connects, again and again.
        first: The first connection, of `connect`.
        backoff: The waits between attempts.
        clock: Tells when frames arrive, and waits.
    """

    live = True

    def __init__(
        self, opener: Opener, first: Connection, backoff: Backoff | None = None, clock: Clock | None = None
    ) -> None:
        self.name = opener.name
        self.rate = first.rate
        self._opener = opener
        self._backoff = backoff or Backoff()
        self._clock = clock or WallClock()
        self._latest = Latest()
        self._stopped = Event()
        self._counting = Lock()
        self._reconnects = 0
        self._damaged = 0
        self._began: float | None = None
        # a daemon: a driver that hangs must not keep the process from ending
        self._thread = Thread(target=self._run, args=(first,), name=f"reader of {self.name}", daemon=True)
        self._thread.start()

    def __iter__(self) -> Iterator[Frame]:
        """Return the newest frame, again and again, until the source is closed or given up.

        Yields:
            Each frame that was the newest when the one before had been looked at.

        Raises:
            DataError: It never gave a frame, or did not come back.
        """
        while (frame := self._latest.take()) is not None and not self._stopped.is_set():
            yield frame

    def losses(self) -> Losses:
        """Return dropped frames and reconnections so far."""
        with self._counting:
            return Losses(dropped=self._latest.dropped + self._damaged, reconnects=self._reconnects)

    def close(self) -> None:
        """Stop reading and let go of the source."""
        self._stopped.set()
        self._latest.end()
        self._thread.join(FAREWELL)

    def _run(self, first: Connection) -> None:
        try:
            self._read(first)
        except DataError as error:
            self._latest.end(error)
        finally:
            # also on an error nobody foresaw: whoever waits for a frame gets it instead of waiting for ever
            self._latest.end(sys.exception())

    def _read(self, first: Connection) -> None:
        connection: Connection | None = first
        part = attempt = 0
        while connection is not None:
            came, reason = self._follow(connection, part)
            if not came and part == 0 and not self._stopped.is_set():
                raise DataError(f"{self.name}: {reason}, and it never gave a frame; check that it gives video")
            connection, attempt = self._reconnect(reason, 0 if came else attempt)
            part += 1

    def _follow(self, connection: Connection, part: int) -> tuple[bool, str]:
        """Hand out the frames of one connection until it is lost; return whether any came, and why it ended."""
        shift: float | None = None
        reason, damaged = "it ended", self._damaged
        try:
            for picture, seconds in connection:
                if self._stopped.is_set():
                    break
                arrived = self._clock.now()
                self._began = arrived if self._began is None else self._began
                elapsed = arrived - self._began
                shift = elapsed - (seconds or 0.0) if shift is None else shift
                time = elapsed if seconds is None else seconds + shift
                self._latest.put(Frame(picture, time, arrived, self.name, part))
                self._count_damaged(damaged + connection.damaged)
        except LostError as error:
            reason = str(error)
        finally:
            self._count_damaged(damaged + connection.damaged)
            connection.close()
        return shift is not None, reason

    def _reconnect(self, reason: str, attempt: int) -> tuple[Connection | None, int]:
        """Return a new connection, None when the source was closed meanwhile, and the attempts it took."""
        while not self._stopped.is_set():
            attempt += 1
            if self._backoff.exhausted(attempt):
                told = f"{self.name} was lost ({reason}) and did not come back in {attempt - 1} attempts"
                raise DataError(f"{told}; check it, and start again")
            if self._clock.wait(self._stopped, self._backoff.seconds(attempt)):
                break
            try:
                connection = self._opener.open()
            except LostError as error:
                reason = str(error)
                continue
            with self._counting:
                self._reconnects += 1
            return connection, attempt
        return None, attempt

    def _count_damaged(self, damaged: int) -> None:
        with self._counting:
            self._damaged = damaged
