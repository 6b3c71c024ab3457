"""A canary: a new version that answers a share of the keys, until it is shown to be worse than main."""

import logging
import time
from collections import OrderedDict
from collections.abc import Sequence

from netwright.monitoring.event import Label
from netwright.records.rollout import Respect, Rollout
from netwright.serving.routing.answered import Answered
from netwright.serving.routing.rollback import Rollback
from netwright.serving.routing.rollout_file import RolloutFile
from netwright.serving.routing.upstream import Upstream
from netwright.serving.telemetry.split import Split

MOST_REMEMBERED = 100_000
"""Predictions that wait for their labels."""
_BAD = {
    "errors": "it could not answer more often than main",
    "slow": "its answers came too late more often than those of main",
    "wrong": "its predictions were wrong more often than those of main",
}
_log = logging.getLogger(__name__)


class Canary:
    """Answers the keys of its share, compares itself with main, and gives its share up where it is worse.

    The split follows from the key and both versions alone: a key gets the same version in every process and after a
    restart. What was rolled back stays so over a restart: the file says so.

    Args:
        upstream: What answers its keys.
        main: Version of the package that answers the others.
        share: Of the keys, from 0 to 1.
        rollback: What says when it is enough.
        file: Where the state of the rollout is written.

    Raises:
        LedgerError: The file is there and cannot be read.
    """

    def __init__(self, upstream: Upstream, main: str, share: float, rollback: Rollback, file: RolloutFile) -> None:
        self.upstream = upstream
        self._main = main
        self._asked = share
        self._split = Split(f"{main} against {upstream.version}", share)
        self._rollback = rollback
        self._file = file
        self._predicted: OrderedDict[str, tuple[bool, int]] = OrderedDict()
        before = file.read()
        mine = before is not None and (before.main, before.canary) == (main, upstream.version)
        self._ended = before if mine and before is not None and before.stage == "rolled back" else None
        if self._ended is not None:
            _log.warning(
                "canary %s was rolled back before and gets no requests: %s", upstream.version, self._ended.reason
            )

    @property
    def running(self) -> bool:
        """Whether it has not been rolled back."""
        return self._ended is None

    def takes(self, key: str) -> bool:
        """Return whether it answers the requests of a key."""
        return self._ended is None and self._split.takes(key)

    def compare(self, mine: bool, status: int, latency: float) -> None:
        """Take what became of a request.

        Args:
            mine: Whether it went to the canary, else to main.
            status: What it or main came to; a request that somebody else had to answer is a 503.
            latency: Seconds from arrival to answer.
        """
        if self._ended is not None:
            return
        if mine:
            self._rollback.canary(status, latency)
        else:
            self._rollback.main(status, latency)
        self._judge()

    def remember(self, request_id: str, answered: Answered) -> None:
        """Keep what was predicted, for labels that come later; the oldest are forgotten.

        Args:
            request_id: Of the request.
            answered: Its answer, by the canary or by main.
        """
        if self._ended is not None:
            return
        predicted = answered.answers.logits.argmax(1).tolist()
        mine = answered.route == "canary"
        for i, one in enumerate(predicted):
            self._predicted[request_id if len(predicted) == 1 else f"{request_id}/{i}"] = (mine, one)
        while len(self._predicted) > MOST_REMEMBERED:
            self._predicted.popitem(last=False)

    def labels(self, labels: Sequence[Label]) -> None:
        """Take labels; each counts once, and those that a model gave do not count."""
        for label in labels:
            known = self._predicted.pop(label.id, None) if label.source != "model" else None
            if known is None or self._ended is not None:
                continue
            mine, predicted = known
            if mine:
                self._rollback.canary_label(predicted != label.label)
            else:
                self._rollback.main_label(predicted != label.label)
            self._judge()

    def rollout(self) -> Rollout:
        """Return what is known now."""
        return self._ended or self._state("")

    def close(self) -> None:
        """Write what is known."""
        self._file.close()
        self._file.write(self.rollout())

    def _judge(self) -> None:
        worse = self._rollback.verdict()
        if worse is None:
            return
        self._ended = self._state(self._reason(worse))
        self._predicted.clear()
        _log.error("canary %s was rolled back: %s\n%s", self.upstream.version, self._ended.reason, self._ended)
        self._file.write_soon(self._ended)

    def _reason(self, worse: Respect) -> str:
        one = next(stream for stream in self._rollback.streams() if stream.respect == worse)
        return (
            f"{_BAD[worse]}: {one.canary_bad} of {one.canary} requests against {one.main_bad} of {one.main}, "
            f"more than the tolerance of {one.tolerance:.1%} (e-value {one.worse:.3g})"
        )

    def _state(self, reason: str) -> Rollout:
        return Rollout(
            main=self._main,
            canary=self.upstream.version,
            asked=self._asked,
            share=0.0 if reason else self._asked,
            stage="rolled back" if reason else "running",
            alpha=self._rollback.tolerances.alpha,
            streams=self._rollback.streams(),
            reason=reason,
            time=time.time(),
        )
