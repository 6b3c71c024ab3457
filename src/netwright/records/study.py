"""A study: a decision together with every trial behind it, which is what a report shows."""

from netwright.records.decision import Decision
from netwright.records.record import Record
from netwright.records.trial import TrialResult


class Study(Record):
    """A decision and its evidence.

    Args:
        decision: The decision.
        results: Every trial that ran, in the order of the design.
        command: The command line that repeats the study.
    """

    decision: Decision
    results: tuple[TrialResult, ...]
    command: str = ""
