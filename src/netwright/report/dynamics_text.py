"""What was seen of a training, as plain lines for a terminal."""

from netwright.records.dynamics import Alarm, Dynamics
from netwright.report.dynamics_headline import verdict
from netwright.report.figures import count_text


def dynamics_text(record: Dynamics) -> str:
    """Return the verdict, the alarms, the symmetries and the charges of a training.

    Args:
        record: What was seen of a training.

    Returns:
        Lines, joined.
    """
    alarms = [_line(alarm) for alarm in record.alarms] or ["no alarm was raised"]
    parts = [verdict(record), "\n".join(alarms), str(record.symmetries)]
    return "\n\n".join([*parts, str(record)] if record.series else parts)


def _line(alarm: Alarm) -> str:
    return f"! {alarm.kind} at {alarm.place}, after {count_text(alarm.step, 'step')}: {alarm.found}\n  {alarm.remedy}"
