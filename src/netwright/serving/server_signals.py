"""The signals that end a service: the first asks, the second does not."""

import asyncio
import os
import signal
from collections.abc import Callable
from types import TracebackType
from typing import Any

STOPPING = (signal.SIGTERM, signal.SIGINT)
ECHO = 0.3


class StopSignals:
    """Turns SIGTERM and SIGINT into a stop in good order; a second one ends the process as if nothing caught it.

    A shell, a container runtime and a wrapper may each pass on the same Ctrl-C: what comes within 0.3 s of the first
    is its echo.

    Args:
        asked: Called in the event loop with the first signal.
    """

    def __init__(self, asked: Callable[[signal.Signals], None]) -> None:
        self._asked = asked
        self._before = {number: signal.getsignal(number) for number in STOPPING}
        self._first = True

    def __enter__(self) -> "StopSignals":
        loop = asyncio.get_running_loop()
        for number in STOPPING:
            loop.add_signal_handler(number, self._came, number)
        return self

    def __exit__(self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None) -> None:
        self._release(self._before)

    def _came(self, number: signal.Signals) -> None:
        if self._first:
            self._first = False
            asyncio.get_running_loop().call_later(ECHO, self._release, dict.fromkeys(STOPPING, signal.SIG_DFL))
            self._asked(number)

    @staticmethod
    def _release(handlers: dict[signal.Signals, Any]) -> None:
        loop = asyncio.get_running_loop()
        for number, handler in handlers.items():
            loop.remove_signal_handler(number)
            signal.signal(number, handler)


def wait_for_stop() -> signal.Signals:
    """Wait in the main thread for SIGTERM or SIGINT, and return which it was; the next one ends the process."""
    reads, writes = os.pipe()
    try:
        for number in STOPPING:
            signal.signal(number, lambda came, _: os.write(writes, bytes([came])) and None)
        # a pipe keeps a signal that came before this line
        return signal.Signals(os.read(reads, 1)[0])
    finally:
        for number in STOPPING:
            signal.signal(number, signal.SIG_DFL)
        os.close(reads)
        os.close(writes)
