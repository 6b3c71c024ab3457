"""The telemetry's way to its store: a full disk costs events, which are counted, and nothing else."""

import logging
from collections.abc import Sequence

from netwright.monitoring.event import Event, Label
from netwright.monitoring.store import Store
from netwright.records.errors import StorageError
from netwright.serving.telemetry.account import left_accounts

MOST_PENDING = 16_384
"""Events that are kept while the store cannot be written; what comes then is given up and counted."""
_log = logging.getLogger(__name__)


class Writer:
    """Stores events and labels, and holds them back for a while where that fails.

    Args:
        store: Where to.
        boot: Name of this run.
    """

    def __init__(self, store: Store, boot: str) -> None:
        self._store = store
        self._boot = boot
        self._begun = False
        self._failing = False
        self._events: list[Event] = []
        self._labels: list[Label] = []
        self.stored, self.dropped, self.lost = 0, 0, 0

    @property
    def pending(self) -> int:
        """Events that are held back."""
        return len(self._events)

    def take(self, events: Sequence[Event]) -> None:
        """Take events for the next `write`; they are given up where too many are held back."""
        room = MOST_PENDING - len(self._events) if self._failing else len(events)
        self._events.extend(events[:room])
        self.dropped += max(0, len(events) - room)

    def write(self, labels: Sequence[Label] = ()) -> bool:
        """Store what was taken, and labels.

        Args:
            labels: That were told since the last time.

        Returns:
            Whether everything is stored.
        """
        self._labels.extend(labels)
        try:
            self._begin()
            if self._events or self._labels:
                self._store.append(self._events, self._labels, boot=self._boot)
        except StorageError as error:
            self._failed(error)
            return False
        if self._failing:
            _log.warning("the telemetry is stored again; %d events were given up", self.dropped)
        self.stored += len(self._events)
        self._failing, self._events, self._labels = False, [], []
        return True

    def settle(self, accepted: int) -> bool:
        """Enter what this run lost, at its end.

        Args:
            accepted: Events that it took in.

        Returns:
            Whether that is entered.
        """
        try:
            self._begin()
            if accepted > self.stored:
                lost = self._store.settle(self._boot, accepted)
                _log.warning("%d events of %d were not stored", lost, accepted)
        except StorageError as error:
            self._failed(error)
            return False
        return True

    def _begin(self) -> None:
        if self._begun:
            return
        with left_accounts(self._store.path) as accounts:
            for left in accounts:
                lost = self._store.settle(left.boot, left.accepted)
                left.path.unlink(missing_ok=True)
                self.lost += lost
                if lost:
                    _log.warning("an earlier run ended without storing %d of its %d events", lost, left.accepted)
        self._store.begin(self._boot)
        self._begun = True

    def _failed(self, error: StorageError) -> None:
        if not self._failing:
            _log.warning("the telemetry cannot be stored, the service goes on without: %s", error)
        self._failing = True
        # a label is small and may never be told again: as many are kept as there may be events
        self.dropped += max(0, len(self._events) - MOST_PENDING)
        self._events, self._labels = self._events[:MOST_PENDING], self._labels[:MOST_PENDING]
