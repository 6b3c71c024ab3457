"""The recorder: takes what was served without making anybody wait, and stores it from a thread of its own."""

import threading
from collections import deque
from collections.abc import Sequence
from typing import NamedTuple

from netwright.monitoring.event import Label
from netwright.monitoring.store import Store
from netwright.serving.settings import MEBIBYTE, Settings
from netwright.serving.telemetry.account import Account
from netwright.serving.telemetry.events import EventMaker
from netwright.serving.telemetry.served import Served
from netwright.serving.telemetry.split import Split
from netwright.serving.telemetry.writer import Writer

MOST_WAITING = 16_384
"""Samples that may wait to be turned into events; what comes then is dropped and counted."""
MOST_BYTES = 32 * MEBIBYTE
"""Of inputs that may wait; the events of what comes then have no watched numbers."""
CHUNK = 32
"""Requests that are turned into events before the thread lets others run."""
PAUSE = 2e-4


class RecorderCounts(NamedTuple):
    """What became of the events so far.

    Args:
        accepted: Events that the recorder was given.
        stored: Those in the store.
        waiting: Those that are on their way.
        dropped: Those that were given up: too many waited, or the disk was full for too long.
        bare: Those without watched numbers, since too many bytes waited.
        lost: Events of earlier runs that were killed before they were stored.
    """

    accepted: int
    stored: int
    waiting: int
    dropped: int
    bare: int
    lost: int


class Recorder:
    """Takes what was served and stores it.

    `record` and `label` are called by one thread, that of the event loop; they append to a queue in memory, count, and
    return. A thread of the recorder's own turns what waits into events and stores them every `settings.flush` seconds.
    What is in memory when the process is killed is lost, at most what one flush interval brought; how much that was is
    told and stored by the next start (`account`). A store that cannot be written (a full disk) costs events, which are
    counted, and nothing else; they are stored again as soon as that is possible.

    Args:
        store: Where to; the recorder closes it at its end.
        settings: `flush`, `sampled` and `keep_inputs` are used.
        maker: What turns requests into events.

    Attributes:
        keeps_samples: Whether it has any use for tensors.

    Raises:
        StorageError: The account cannot be made beside the store.
    """

    def __init__(self, store: Store, settings: Settings, maker: EventMaker) -> None:
        self._sampled = Split("telemetry", settings.sampled)
        self.keeps_samples = settings.keep_inputs > 0
        self._flush = settings.flush
        self._maker = maker
        self._target = store
        self._account = Account(store.path)
        self._writer = Writer(store, self._account.boot)
        self._waiting: deque[Served] = deque()
        self._labels: deque[Label] = deque()
        # each of these is written by one thread only: what came by the caller's, what left by the recorder's
        self._came, self._came_bytes, self._left, self._left_bytes = 0, 0, 0, 0
        self._dropped, self._bare = 0, 0
        self._wake, self._ended = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name="telemetry", daemon=True)

    def start(self) -> None:
        """Begin to store."""
        self._thread.start()

    def record(self, served: Served) -> None:
        """Take what was served; whether it belongs to the sample follows from its id."""
        if not self._sampled.takes(served.id):
            return
        samples = served.samples
        self._account.add(samples)
        if self._came - self._left >= MOST_WAITING:
            self._dropped += samples
            return
        if served.inputs is not None:
            if self._came_bytes - self._left_bytes > MOST_BYTES:
                served = served._replace(inputs=None, tensors=None)
                self._bare += samples
            else:
                self._came_bytes += served.inputs.nbytes  # type: ignore[union-attr]
        self._came += samples
        self._waiting.append(served)
        if self._came - self._left > MOST_WAITING // 2 or self._came_bytes - self._left_bytes > MOST_BYTES // 2:
            self._wake.set()

    def label(self, labels: Sequence[Label]) -> int:
        """Take labels, which are stored at once.

        Args:
            labels: In the order in which they were told.

        Returns:
            How many were taken: fewer where too many wait.
        """
        taken = labels[: max(0, MOST_WAITING - len(self._labels))]
        self._labels.extend(taken)
        self._wake.set()
        return len(taken)

    def counts(self) -> RecorderCounts:
        """Return what became of the events so far."""
        writer = self._writer
        return RecorderCounts(
            accepted=self._account.accepted,
            stored=writer.stored,
            waiting=self._came - self._left + writer.pending,
            dropped=self._dropped + writer.dropped,
            bare=self._bare,
            lost=writer.lost,
        )

    def close(self) -> None:
        """Store what waits, then end, and the store with it; what cannot be stored is told by the next start."""
        if self._ended.is_set():
            return
        self._ended.set()
        self._wake.set()
        if self._thread.ident is not None:
            self._thread.join()
        self._account.close(settled=self._writer.settle(self._account.accepted))
        self._target.close()

    def _run(self) -> None:
        while not self._ended.is_set():
            self._wake.wait(self._flush)
            self._wake.clear()
            self._drain()
        self._drain()

    def _drain(self) -> None:
        """Store what waits; what comes meanwhile waits for the next time."""
        for _ in range(0, len(self._waiting), CHUNK):
            chunk = [self._waiting.popleft() for _ in range(min(CHUNK, len(self._waiting)))]
            self._writer.take(self._maker.events(chunk))
            self._left_bytes += sum(one.inputs.nbytes for one in chunk if one.inputs is not None)
            self._left += sum(one.samples for one in chunk)
            # the thread of the event loop gets the interpreter now, not when the switch interval is over
            self._ended.wait(PAUSE)
        self._writer.write([self._labels.popleft() for _ in range(len(self._labels))])
