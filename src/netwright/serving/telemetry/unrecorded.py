"""A recorder for a service that keeps no telemetry."""

from collections.abc import Sequence
from typing import ClassVar

from netwright.monitoring.event import Label
from netwright.records.errors import RequestError
from netwright.serving.telemetry.recorder import RecorderCounts
from netwright.serving.telemetry.served import Served


class Unrecorded:
    """Stands where a `Recorder` stands, and keeps nothing."""

    keeps_samples: ClassVar[bool] = False

    def start(self) -> None:
        """Do nothing."""

    def record(self, served: Served) -> None:
        """Do nothing."""

    def label(self, labels: Sequence[Label]) -> int:
        """Refuse labels: whoever sends them must not believe that they are kept.

        Args:
            labels: In the order in which they were told.

        Returns:
            0, for no label at all.

        Raises:
            RequestError: 503, wherever there is a label.
        """
        if labels:
            raise RequestError(503, "this service keeps no telemetry, so no labels; start it with --telemetry FILE")
        return 0

    def counts(self) -> RecorderCounts:
        """Return zeros."""
        return RecorderCounts(0, 0, 0, 0, 0, 0)

    def close(self) -> None:
        """Do nothing."""
