"""What a stream came to, counted while it runs."""

from collections import OrderedDict

from netwright.records.live import LiveSummary, LiveUpdate
from netwright.streaming.session import Seen
from netwright.streaming.sources.source import Source

VIDEOS = 100
"""The last predictions of so many videos are kept."""


class Tally:
    """Counts frames and predictions of one run.

    Args:
        source: What is watched.
    """

    def __init__(self, source: Source) -> None:
        self._source = source
        self._last: OrderedDict[str, LiveUpdate] = OrderedDict()
        self._predictions = 0
        self._frames = 0
        self._began: float | None = None
        self._now = 0.0

    @property
    def frames(self) -> int:
        """Frames so far."""
        return self._frames

    def add(self, seen: Seen, now: float) -> None:
        """Count a frame and its update.

        Args:
            seen: What a session yielded.
            now: The time, on the clock of the source.
        """
        frame, update = seen
        self._now = now
        if frame is not None:
            self._began = frame.arrived if self._began is None else self._began
            self._frames += 1
        if update is not None:
            self._predictions += 1
            self._last[update.video] = update
            self._last.move_to_end(update.video)
            if len(self._last) > VIDEOS:
                self._last.popitem(last=False)

    def summary(self, ended: str) -> LiveSummary:
        """Return what was counted.

        Args:
            ended: Why the stream ended.
        """
        last = tuple(self._last.values())
        return LiveSummary(
            source=self._source.name,
            ended=ended,
            frames=self._frames,
            predictions=self._predictions,
            seconds=0.0 if self._began is None else max(0.0, self._now - self._began),
            last=last,
            latency=last[-1].latency if last else None,
            losses=self._source.losses(),
        )
