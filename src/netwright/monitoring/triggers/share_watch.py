"""Watching a share: of wrong answers, or of answers slower than a limit."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from netwright.monitoring.confidence_sequence import share_between
from netwright.monitoring.exceedance import ALPHA, Exceedance
from netwright.monitoring.triggers.watch import News
from netwright.records.monitor import Evidence, Standing, TriggerState

Looked = tuple[NDArray[np.bool_], NDArray[np.float64]]


@dataclass(frozen=True)
class ShareWatch:
    """Fires when something happens more often than it may: `exceedance` says how that is told.

    Args:
        text: The condition in words.
        limit: The share that is allowed.
        what: What happens, such as `wrong answers`.
        looked: What of the news is looked at: whether it happened, and when.
    """

    text: str
    limit: float
    what: str
    looked: Callable[[News], Looked]

    def start(self) -> TriggerState:
        """Return the state before anything was seen."""
        detail = f"nothing seen yet of {self.what}"
        return TriggerState(text=self.text, standing="watching", detail=detail, evidence=Evidence())

    def observe(self, before: TriggerState, news: News) -> TriggerState:
        """Return the state after what is new."""
        happened, times = self.looked(news)
        known = before.evidence or Evidence()
        evidence = Exceedance(self.limit).observe(known, happened)
        since = before.since
        if evidence.crossed is not None and known.crossed is None:
            since = float(times[evidence.crossed - known.n - 1])
        return TriggerState(
            text=self.text, standing=self._standing(evidence), detail=self._detail(evidence), since=since,
            evidence=evidence,
        )  # fmt: skip

    def _standing(self, evidence: Evidence) -> Standing:
        if evidence.crossed is not None:
            return "fired"
        return "holds" if share_between(evidence.happened, evidence.n)[1] <= self.limit else "watching"

    def _detail(self, evidence: Evidence) -> str:
        if not evidence.n:
            return f"nothing seen yet of {self.what}"
        low, high = share_between(evidence.happened, evidence.n)
        share = evidence.happened / evidence.n
        seen = f"{self.what}: {share:.2%} of {evidence.n:,} ({low:.2%} to {high:.2%}), {self.limit:.2%} are allowed"
        if evidence.crossed is None:
            return seen
        return (
            f"{seen}; at number {evidence.crossed:,} it was sure that for some time more than these had been so (a "
            f"false alarm has a chance of {ALPHA:.1%})"
        )


def wrong(news: News) -> Looked:
    """Return which answers were wrong, and when that was told."""
    return ~news.right, news.right_times


@dataclass(frozen=True)
class SlowerThan:
    """Which answers took longer than a limit.

    Args:
        seconds: The limit.
    """

    seconds: float

    def __call__(self, news: News) -> Looked:
        """Return whether each answer did, and when it came."""
        return news.latencies > self.seconds, news.latency_times
