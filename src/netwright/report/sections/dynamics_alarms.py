"""Alarms of a training, each with what was found and what to do."""

from netwright.records.dynamics import Dynamics
from netwright.report.figures import count_text
from netwright.report.sections.section import Section

MOST_SHOWN = 6
"""Alarms that stand open; the others fold out."""


def alarms_section(record: Dynamics) -> Section:
    """Return the alarms in the order in which they were raised, or a sentence that there are none.

    Args:
        record: What was seen of a training.

    Returns:
        The section.
    """
    alarms = [(alarm, count_text(alarm.step, "step")) for alarm in record.alarms]
    return Section("alarms", "Alarms", {"parts": [part for part in (alarms[:MOST_SHOWN], alarms[MOST_SHOWN:]) if part]})
