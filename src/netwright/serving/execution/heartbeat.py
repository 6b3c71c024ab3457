"""Heartbeats of a worker: sent from a thread of its own, so that they also come while the engine computes."""

import os
import threading
import time

from netwright.serving.execution.frames import Beat
from netwright.serving.execution.wire import Wire


class Heart:
    """Sends a heartbeat at once and in every interval; ends the process where nobody hears it any more.

    Args:
        wire: To the service.
        interval: Seconds.
    """

    def __init__(self, wire: Wire, interval: float) -> None:
        self.busy_since: float | None = None
        self._wire = wire
        self._interval = interval

    def start(self) -> None:
        """Begin to beat."""
        threading.Thread(target=self._beat, name="heartbeat", daemon=True).start()

    def _beat(self) -> None:
        while True:
            try:
                self._wire.send(Beat(self.busy_since))
            except OSError:
                # the service is gone, and what is computed here is for nobody
                os._exit(1)
            time.sleep(self._interval)
