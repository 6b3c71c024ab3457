"""Watching whether the service runs on the machine that the decision was measured on."""

from dataclasses import dataclass

from netwright.monitoring.triggers.watch import News
from netwright.records.monitor import TriggerState


@dataclass(frozen=True)
class HardwareWatch:
    """Fires where this machine is another one than those of the measurements.

    Args:
        text: The condition in words.
        measured: Descriptions of the machines that the decision's times were measured on.
    """

    text: str
    measured: tuple[str, ...]

    def start(self) -> TriggerState:
        """Return the state before anything was seen."""
        return TriggerState(text=self.text, standing="watching", detail="not looked at yet")

    def observe(self, before: TriggerState, news: News) -> TriggerState:
        """Return the state after what is new."""
        if before.since is not None or not news.hardware:
            return before
        if news.hardware in self.measured:
            return TriggerState(text=self.text, standing="holds", detail=f"this is such a machine: {news.hardware}")
        detail = f"this machine is another one: {news.hardware}; a study on it would tell"
        return TriggerState(text=self.text, standing="fired", detail=detail, since=news.time)
