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
        binding: What ends it: a constraint, or `saturation`; empty where nothing does.
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
        suitable: The smallest n, from the smallest measured size on, with P(e(n) <= target) >= 0.9; infinite where more
            data is not enough, or not known to be within what may be extrapolated.
        feasible: Sizes where all constraints hold with probability 0.9; None where there are none.
        optimal: Feasible sizes between suitable and saturated; None where there are none.
        saturation: Size from which one more doubling gains less than `gain` in error (median, low, high), from the
            smallest measured size on; infinite where it is not known to be within what may be extrapolated.
        gain: That difference, the smallest one of accuracy that matters.
        percent: Scalability percent, 0 to 100.
        error_elasticity: d ln e/d ln n at the largest size.
        accuracy_elasticity: d ln acc/d ln n at the largest size.
        cost_elasticity: d ln T/d ln n at the largest size; None where there is no law of time.
        why_empty: The constraint that leaves the feasible range empty, with how far it is missed; empty otherwise.
        why_not_optimal: Why no feasible size is optimal; empty where one is.
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
    why_not_optimal: str = ""

    def table(self) -> tuple[tuple[str, ...], Rows]:
        """Return one row a factor of table IV."""
        rows: Rows = [
            ("timing", *(format_quantity(x, "s") for x in self.timing)),
            ("accuracy", *(f"{x:.3f}" for x in self.accuracy)),
            ("suitable size", f"{self.suitable:.0f}", "", ""),
            ("scalability percent", *(f"{x:.1f}" for x in self.percent)),
            ("feasible range", _ends(self.feasible), "", ""),
            ("optimal range", _ends(self.optimal), "", ""),
            ("saturation", *(f"{x:.0f}" for x in self.saturation)),
            ("error elasticity", *(f"{x:.3f}" for x in self.error_elasticity)),
            ("accuracy elasticity", *(f"{x:.3f}" for x in self.accuracy_elasticity)),
        ]
        if self.cost_elasticity is not None:
            rows.append(("cost elasticity", *(f"{x:.3f}" for x in self.cost_elasticity)))
        return ("factor", "value", "low", "high"), rows


def _ends(found: Range | None) -> str:
    return "none" if found is None else f"{found.low:.0f} to {found.high:.0f}"
