"""Scalability of a candidate: the rows of the scalability paper's table IV, each with an interval."""

from netwright.records.record import Record, Rows
from netwright.records.units import format_quantity

Estimate = tuple[float, float, float]
"""(value, low, high): an estimate with its 90% interval."""


class Range(Record):
    """A range of training sizes.

    Args:
        low: Smallest size in it.
        high: Largest size in it; infinite where nothing ends it within what may be extrapolated.
        binding: The constraint that ends it, or that leaves it empty; empty where none does.
        extrapolated: Whether an end lies beyond the largest measured size.
    """

    low: float
    high: float
    binding: str = ""
    extrapolated: bool = False


class Scalability(Record):
    """One candidate's column of table IV.

    Args:
        candidate: The candidate.
        timing: Training time at the largest size, in seconds.
        accuracy: Accuracy at the largest size.
        target: The error that suitable sizes must reach.
        suitable: The smallest n with P(e(n) <= target) >= 0.9; infinite where more data is not enough, or not known to
            be within what may be extrapolated.
        feasible: Sizes where all constraints hold with probability 0.9; None where there are none.
        optimal: Feasible sizes between suitable and saturated; None where there are none.
        saturation: Size from which one more doubling gains less than `gain` in error (median, low, high).
        gain: That difference.
        percent: Scalability percent, 0 to 100.
        error_elasticity: d ln e/d ln n at the largest size.
        accuracy_elasticity: d ln acc/d ln n at the largest size.
        cost_elasticity: d ln T/d ln n at the largest size; None where there is no law of time.
        why_empty: The constraint that leaves the feasible range empty, with how far it is missed; empty otherwise.
    """

    candidate: str
    timing: Estimate
    accuracy: Estimate
    target: float
    suitable: float
    feasible: Range | None
    optimal: Range | None
    saturation: Estimate
    gain: float
    percent: Estimate
    error_elasticity: Estimate
    accuracy_elasticity: Estimate
    cost_elasticity: Estimate | None = None
    why_empty: str = ""

    def table(self) -> tuple[tuple[str, ...], Rows]:
        """Return one row a factor of table IV."""
        rows = [
            ("timing", *(format_quantity(x, "s") for x in self.timing)),
            ("accuracy", *(f"{x:.3f}" for x in self.accuracy)),
            ("suitable size", f"{self.suitable:.0f}", "", ""),
            ("scalability percent", *(f"{x:.1f}" for x in self.percent)),
            ("feasible range", _ends(self.feasible), "", ""),
            ("optimal range", _ends(self.optimal), "", ""),
            ("error elasticity", *(f"{x:.3f}" for x in self.error_elasticity)),
            ("accuracy elasticity", *(f"{x:.3f}" for x in self.accuracy_elasticity)),
        ]
        return ("factor", "value", "low", "high"), rows


def _ends(found: Range | None) -> str:
    return "none" if found is None else f"{found.low:.0f} to {found.high:.0f}"
