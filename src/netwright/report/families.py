"""Families of charges as they are drawn: which of them, how scaled, at how many points."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

from netwright.records.dynamics import ChargeSeries, Dynamics
from netwright.records.symmetry import SymmetryKind
from netwright.report.charge_laws import LAWS

MOST_FAMILIES = 8
"""As many as there are colours."""
MOST_POINTS = 240
"""Points of one line: more than a drawing can show apart."""


def kinds_of(record: Dynamics) -> tuple[SymmetryKind, ...]:
    """Return the kinds of which a record has readings, in the order in which they are shown.

    Args:
        record: What was seen of a training.

    Returns:
        The kinds.
    """
    seen = {series.kind for series in record.series if series.measured}
    return tuple(kind for kind in LAWS if kind in seen)


def drawn_families(series: Sequence[ChargeSeries]) -> tuple[ChargeSeries, ...]:
    """Return the families that are drawn: those whose charges move most for their size, and of equals the larger ones.

    Args:
        series: Families of one kind.

    Returns:
        At most `MOST_FAMILIES`, in their own order; none without a finite reading, and none that is weightless.
    """
    known = [one for one in series if any(isfinite(value) for value in one.measured) and not one.weightless]
    ranked = sorted(range(len(known)), key=lambda i: (-round(movement(known[i]), 6), -known[i].count, i))
    return tuple(known[i] for i in sorted(ranked[:MOST_FAMILIES]))


def scale_of(series: ChargeSeries) -> float:
    """Return what a family's charges are divided by in drawings: their size at the start.

    Args:
        series: The family; where its size is not known, its largest reading stands in.

    Returns:
        A positive number.
    """
    if series.size > 0:
        return series.size
    return max((abs(value) for value in series.measured if isfinite(value)), default=0.0) or 1.0


@dataclass(frozen=True)
class Reading:
    """A family at one step of a drawing; charges are divided by the family's size.

    Args:
        step: After how many optimizer steps.
        measured: The charge.
        predicted: That of the exact law.
        flow: That of the continuous theory.
        error: The largest since the point before, of the exact law.
        flow_error: The same of the continuous theory.
    """

    step: int
    measured: float
    predicted: float | None
    flow: float | None
    error: float | None
    flow_error: float | None


def readings(series: ChargeSeries, most: int = MOST_POINTS) -> tuple[Reading, ...]:
    """Return a family at so many steps as a drawing can show, its first and last reading among them.

    Args:
        series: The family.
        most: Points, at least 2.

    Returns:
        Ascending by step; between two points the largest error is kept.
    """
    count, scale = len(series.steps), scale_of(series)
    ends = sorted({round(i * (count - 1) / (most - 1)) for i in range(most)}) if count > most else list(range(count))
    starts = [0, *(end + 1 for end in ends[:-1])]
    return tuple(
        Reading(
            series.steps[end],
            series.measured[end] / scale,
            _scaled(series.predicted, end, scale),
            _scaled(series.flow, end, scale),
            largest_error(series.error[start : end + 1]),
            largest_error(series.flow_error[start : end + 1]),
        )
        for start, end in zip(starts, ends, strict=True)
        if isfinite(series.measured[end])
    )


def largest_error(errors: Sequence[float | None]) -> float | None:
    """Return the largest of the errors that are finite; None where there is none.

    >>> largest_error([None, 1e-7, 1e-6])
    1e-06
    """
    known = [error for error in errors if error is not None and isfinite(error)]
    return max(known, default=None)


def family_count(number: int) -> str:
    """Return a count of families.

    >>> family_count(1), family_count(1200)
    ('1 family', '1,200 families')
    """
    return f"{number:,} {'family' if number == 1 else 'families'}"


def movement(series: ChargeSeries) -> float:
    """Return how far a family's charges move, divided by their size.

    Args:
        series: The family.

    Returns:
        The range of its finite readings; 0 where there is none.
    """
    finite = [value for value in series.measured if isfinite(value)]
    return (max(finite) - min(finite)) / scale_of(series) if finite else 0.0


def _scaled(values: Sequence[float | None], at: int, scale: float) -> float | None:
    value = values[at] if at < len(values) else None
    return value / scale if value is not None and isfinite(value) else None
