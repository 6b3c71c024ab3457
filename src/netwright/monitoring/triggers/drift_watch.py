"""Watching whether the samples still look like those that the decision was made on."""

from dataclasses import dataclass

from netwright.monitoring.triggers.watch import News
from netwright.records.monitor import TriggerState

_NAMED = 5


@dataclass(frozen=True)
class DriftWatch:
    """Fires with the first alarm of the drift monitor.

    Args:
        text: The condition in words.
    """

    text: str

    def start(self) -> TriggerState:
        """Return the state before anything was seen."""
        return TriggerState(text=self.text, standing="watching", detail="no sample was compared yet")

    def observe(self, before: TriggerState, news: News) -> TriggerState:
        """Return the state after what is new."""
        if news.drifted:
            since = before.since or news.time
            more = f" and {len(news.drifted) - _NAMED} more" if len(news.drifted) > _NAMED else ""
            detail = f"moved: {', '.join(news.drifted[:_NAMED])}{more}; {news.compared:,} samples were compared"
            return TriggerState(text=self.text, standing="fired", detail=detail, since=since)
        if before.since is not None or not news.compared:
            return before
        detail = f"{news.compared:,} samples were compared, none of the numbers has moved"
        return TriggerState(text=self.text, standing="holds", detail=detail)
