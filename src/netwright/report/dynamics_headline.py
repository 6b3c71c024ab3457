"""What a reader takes away of a training at first sight: what is wrong, and whether theory holds."""

from collections.abc import Sequence
from math import isfinite

from netwright.records.dynamics import Alarm, ChargeSeries, Dynamics
from netwright.report.families import family_count, largest_error
from netwright.report.figures import count_text
from netwright.report.headline import Fact
from netwright.report.scientific import scientific

FAITHFUL = 1e-3
"""Largest relative error up to which theory is said to describe a training; float32 alone leaves about 1e-5."""


def dynamics_headline(record: Dynamics) -> str:
    """Return what was found, in a few words: alarms before anything else.

    Args:
        record: What was seen of a training.

    Returns:
        The words.
    """
    if record.alarms:
        kinds = list(dict.fromkeys(alarm.kind for alarm in record.alarms))
        return f"{count_text(len(record.alarms), 'alarm')}: {', '.join(kinds)}"
    worst = worst_of(record.series)
    if not record.series:
        return "No charge to watch"
    if _lost(record.series):
        return "Training left the finite numbers"
    if worst is None:
        return "Watched without a law"
    return "Training does what theory says" if _error(worst) <= FAITHFUL else "Training departs from theory"


def verdict(record: Dynamics) -> str:
    """Return the verdict in one sentence, with its figures.

    Args:
        record: What was seen of a training.

    Returns:
        The sentence.
    """
    families, charges = len(record.series), sum(series.count for series in record.series)
    watched = f"Over {count_text(record.steps, 'step')} of {record.optimizer}"
    if not families:
        why = "the network has no symmetry that has a charge; the reasons stand below"
        return f"{watched}, nothing could be followed: {why}."
    held = f"{count_text(charges, 'charge')} of {family_count(families)}"
    worst = worst_of(record.series)
    if worst is None:
        why = "no law predicts this optimizer, so what moved them is told apart instead"
        return f"{watched}, {held} were measured; {why}."
    exact = _error(worst)
    flow = max((largest_error(series.flow_error) or 0.0 for series in _judged(record.series)), default=None)
    if exact <= FAITHFUL:
        told = f"stayed within {scientific(exact)} of the exact law of each step"
        more = "" if flow is None else f" and within {scientific(flow)} of continuous theory"
    else:
        told = f"left the exact law of each step by up to {scientific(exact)}"
        more = "" if flow is None else f" and continuous theory by up to {scientific(flow)}"
    lost = _lost(record.series)
    end = f"; {family_count(lost)} ended in no finite number" if lost else ""
    return f"{watched}, {held} {told}{more}, relative to their size{end}."


def dynamics_facts(record: Dynamics) -> tuple[Fact, ...]:
    """Return the figures at the head of a page: how much was watched, how far theory is off, what is wrong.

    Args:
        record: What was seen of a training.

    Returns:
        The facts that are known.
    """
    count = sum(series.count for series in record.series)
    facts = [
        Fact("Charges", f"{count:,}", f"in {family_count(len(record.series))}"),
        Fact("Steps", f"{record.steps:,}", f"read every {count_text(record.every, 'step')}"),
    ]
    worst = worst_of(record.series)
    if worst is not None:
        kind = "pass" if _error(worst) <= FAITHFUL else "fail"
        facts.append(Fact("Exact law off by", scientific(_error(worst)), f"at most, at {worst.place}", kind))
    flows = _judged(record.series)
    if flows:
        most = max(flows, key=lambda series: largest_error(series.flow_error) or 0.0)
        facts.append(
            Fact("Continuous theory off by", scientific(largest_error(most.flow_error)), f"at most, at {most.place}")
        )
    return (*facts, _alarms(record.alarms))


def worst_of(series: Sequence[ChargeSeries]) -> ChargeSeries | None:
    """Return the family that the exact law misses most.

    Args:
        series: All families.

    Returns:
        The family, none of the weightless ones; None where no law predicts any.
    """
    predicted = [one for one in series if largest_error(one.error) is not None and not one.weightless]
    return max(predicted, key=_error, default=None)


def _judged(series: Sequence[ChargeSeries]) -> list[ChargeSeries]:
    """Return the families that continuous theory predicts, and that have a size to be relative to."""
    return [one for one in series if largest_error(one.flow_error) is not None and not one.weightless]


def _lost(series: Sequence[ChargeSeries]) -> int:
    """Return how many families have a reading that is no finite number."""
    return sum(not all(map(isfinite, one.measured)) for one in series)


def _alarms(alarms: Sequence[Alarm]) -> Fact:
    if not alarms:
        return Fact("Alarms", "none", "", "pass")
    first = min(alarms, key=lambda alarm: alarm.step)
    return Fact("Alarms", str(len(alarms)), f"the first after {count_text(first.step, 'step')}", "fail")


def _error(series: ChargeSeries) -> float:
    return largest_error(series.error) or 0.0
