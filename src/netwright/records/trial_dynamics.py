"""What a trial's training looked like through its symmetries, in short."""

from collections.abc import Iterable

from netwright.records.dynamics import Alarm, Dynamics
from netwright.records.record import Record


class TrialDynamics(Record):
    """The gist of a watched training; the whole record lies in the trial's folder.

    Args:
        steps: Optimizer steps that were watched.
        charges: How many charges were watched.
        error: Largest relative error of the exact laws, the symmetries taken as exact; nothing where there are none.
        flow_error: The same of the continuous theory.
        alarms: What was raised, in order.
        file: The whole record, relative to the study's folder.
    """

    steps: int
    charges: int
    error: float | None
    flow_error: float | None
    alarms: tuple[Alarm, ...]
    file: str

    @classmethod
    def of(cls, dynamics: Dynamics, file: str) -> "TrialDynamics":
        """Return the gist of a record.

        Args:
            dynamics: The record.
            file: Where it lies, relative to the study's folder.

        Returns:
            Its gist.
        """
        return cls(
            steps=dynamics.steps,
            charges=sum(series.count for series in dynamics.series),
            error=_largest(series.largest_error for series in dynamics.series),
            flow_error=_largest(series.largest_flow_error for series in dynamics.series),
            alarms=dynamics.alarms,
            file=file,
        )


def _largest(errors: Iterable[float | None]) -> float | None:
    return max((error for error in errors if error is not None), default=None)
