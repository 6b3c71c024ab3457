"""Scalability of the candidates: the scalability paper's table IV, and its figure 1."""

from collections.abc import Callable, Mapping, Sequence
from math import isfinite

from netwright.records.decision import Decision
from netwright.records.scalability import Estimate, Range, Scalability
from netwright.records.study import Study
from netwright.report.anchors import anchor
from netwright.report.charts.bubble import FACTORS, MOST_ROWS, ROW, bubble_chart
from netwright.report.figures import decimal_text, interval_text, samples_between, samples_text, value_text
from netwright.report.sections.section import Section, drawn
from netwright.report.table import Cell, Table, candidate_cell


def scalability_section(study: Study) -> Section | None:
    """Return table IV with intervals, and its bubbles.

    Args:
        study: The study.

    Returns:
        The section; None where no scalability is recorded.
    """
    columns = scalabilities(study)
    if not columns:
        return None
    largest = study.decision.scenario.design.sizes[-1]
    content = {
        "table": scalability_table(columns, study.decision),
        "factors": [(place, factor) for place, factor in enumerate(FACTORS)],
        "height": ROW * min(len(columns), MOST_ROWS) + ROW,
        "left_out": max(len(columns) - MOST_ROWS, 0),
    }
    charts = drawn({"scalability": bubble_chart(columns, largest)})
    return Section("scalability", "Scalability of the candidates", content, charts)


def scalabilities(study: Study) -> tuple[Scalability, ...]:
    """Return the columns of table IV that a study recorded, in the scenario's order.

    Args:
        study: The study.

    Returns:
        One a candidate; empty where there are none.
    """
    factors = study.factors.candidates if study.factors else ()
    return tuple(candidate.scalability for candidate in factors if candidate.scalability is not None)


def scalability_table(columns: Sequence[Scalability], decision: Decision) -> Table:
    """Return table IV: factors down, candidates across, as the paper has it, with intervals below the figures.

    Args:
        columns: The columns.
        decision: The decision, which names the qualities.

    Returns:
        The table.
    """
    at_largest = f"at {decision.scenario.design.sizes[-1]:,} samples"
    titles = {quality.name: quality.title for quality in decision.qualities}
    rows: tuple[tuple[str, str, Callable[[Scalability], Cell]], ...] = (
        ("Timing", f"training, {at_largest}", lambda s: _estimate(s.timing, "s")),
        ("Accuracy", at_largest, lambda s: _estimate(s.accuracy, "ratio")),
        ("Suitable size", _target(columns), lambda s: Cell(samples_text(s.suitable))),
        ("Scalability percent", "completion × accuracy reached", lambda s: _percent(s.percent)),
        ("Feasible range", "all constraints hold, P ≥ 0.9", lambda s: _range(s.feasible, s.why_empty, titles)),
        ("Optimal range", "feasible, suitable, not saturated", lambda s: _range(s.optimal, s.why_not_optimal, titles)),
        ("Saturation", _gain(columns), lambda s: _size(s.saturation)),
        ("Error elasticity", f"% for 1% more data, {at_largest}", lambda s: _elasticity(s.error_elasticity)),
        ("Accuracy elasticity", f"% for 1% more data, {at_largest}", lambda s: _elasticity(s.accuracy_elasticity)),
        ("Cost elasticity", f"% for 1% more data, {at_largest}", lambda s: _elasticity(s.cost_elasticity)),
    )
    header = (Cell("Factor"), *(candidate_cell(c.candidate, anchor("scalability", c.candidate)) for c in columns))
    return Table(header, tuple((Cell(title, below=below), *map(cell, columns)) for title, below, cell in rows))


def _estimate(estimate: Estimate, unit: str) -> Cell:
    value, low, high = estimate
    return Cell(value_text(value, unit), below=interval_text(low, high, unit))


def _percent(estimate: Estimate) -> Cell:
    value, low, high = estimate
    return Cell(f"{decimal_text(value, 1)}%", below=f"{decimal_text(low, 1)}–{decimal_text(high, 1)}%")


def _size(estimate: Estimate) -> Cell:
    value, low, high = estimate
    return Cell(samples_text(value), below=samples_between(low, high) if isfinite(low) else "")


def _elasticity(estimate: Estimate | None) -> Cell:
    if estimate is None:
        return Cell("–")
    value, low, high = (decimal_text(end, 2) for end in estimate)
    return Cell(value, below=f"{low} to {high}")


def _range(found: Range | None, why_empty: str, titles: Mapping[str, str]) -> Cell:
    if found is None:
        return Cell("none", below=why_empty)
    remarks = (
        f"ended by {titles.get(found.binding, found.binding)}" if found.binding else "",
        "partly extrapolated" if found.extrapolated else "",
    )
    return Cell(samples_between(found.low, found.high), below="\n".join(remark for remark in remarks if remark))


def _target(columns: Sequence[Scalability]) -> str:
    targets = {f"{1 - column.target:.3g}" for column in columns}
    return f"accuracy ≥ {', '.join(sorted(targets))}, P ≥ 0.9"


def _gain(columns: Sequence[Scalability]) -> str:
    gains = {f"{column.gain:.3g}" for column in columns}
    return f"doubling gains < {', '.join(sorted(gains))}"
