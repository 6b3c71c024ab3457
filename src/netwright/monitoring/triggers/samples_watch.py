"""Watching how many labelled samples are at hand."""

from dataclasses import dataclass

from netwright.monitoring.triggers.watch import News
from netwright.records.monitor import TriggerState


@dataclass(frozen=True)
class SamplesWatch:
    """Fires when the samples of the study and those labelled in production are more than a number.

    Args:
        text: The condition in words.
        wanted: That number.
        studied: Training samples that the study had.
    """

    text: str
    wanted: float
    studied: int

    def start(self) -> TriggerState:
        """Return the state before anything was seen."""
        return self._state(0, None)

    def observe(self, before: TriggerState, news: News) -> TriggerState:
        """Return the state after what is new."""
        reached = self.studied + news.labelled > self.wanted
        return self._state(news.labelled, before.since or (news.time if reached else None))

    def _state(self, labelled: int, since: float | None) -> TriggerState:
        total = self.studied + labelled
        detail = f"{total:,} at hand: {self.studied:,} of the study and {labelled:,} labelled in production"
        standing = "watching" if since is None else "fired"
        return TriggerState(text=self.text, standing=standing, detail=detail, since=since)
