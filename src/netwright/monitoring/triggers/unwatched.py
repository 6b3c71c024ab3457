"""A condition that production cannot see."""

from dataclasses import dataclass

from netwright.monitoring.triggers.watch import News
from netwright.records.monitor import TriggerState


@dataclass(frozen=True)
class Unwatched:
    """Never fires, and says why.

    Args:
        text: The condition in words.
        why: Why it cannot be watched, and what would tell.
    """

    text: str
    why: str

    def start(self) -> TriggerState:
        """Return that it cannot be watched."""
        return TriggerState(text=self.text, standing="cannot be watched", detail=self.why)

    def observe(self, before: TriggerState, news: News) -> TriggerState:  # noqa: ARG002
        """Return the same again."""
        return before
