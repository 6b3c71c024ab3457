"""Accuracy against data size."""

from math import isfinite

from netwright.records.decision import Decision
from netwright.records.law import Alternative
from netwright.records.study import Study
from netwright.report.charts.scaling import scaling_chart
from netwright.report.figures import share_text, signed_share
from netwright.report.points import REACH
from netwright.report.sections.section import Section, drawn
from netwright.report.table import Cell, Table, candidate_cell
from netwright.report.tables import accuracy_table


def scaling_section(study: Study) -> Section:
    """Return the scaling curves, drawn and as figures.

    Args:
        study: The study.

    Returns:
        The section.
    """
    decision = study.decision
    charts = drawn({"scaling": scaling_chart(decision, study.results)})
    content = {
        "names": [assessment.name for assessment in decision.candidates],
        "flagged": [(a.name, "; ".join(a.curve.flags)) for a in decision.candidates if a.curve and a.curve.flags],
        "accuracies": accuracy_table(decision, study.results),
        "laws": law_table(decision),
        "reach": REACH,
    }
    return Section("scaling", "Accuracy against data size", content, charts)


def law_table(decision: Decision) -> Table:
    """Return one row a candidate and law: how well the law agrees with the errors, and its share of the draws.

    Args:
        decision: The decision, with its curves.

    Returns:
        The table; without rows where no other law was looked at.
    """
    columns = (
        Cell("Candidate"),
        Cell("Law"),
        Cell("AICc", below="less is better"),
        Cell("Held-out size", below="error of the prediction"),
        Cell("Weight", below="share of the draws"),
        Cell("Constants", below="by least squares"),
    )
    curves = [(a.name, a.curve) for a in decision.candidates if a.curve is not None]
    rows = (_law_row(name, law) for name, curve in curves for law in curve.alternatives)
    return Table(columns, tuple(rows))


def _law_row(name: str, law: Alternative) -> tuple[Cell, ...]:
    constants = ", ".join(f"{key} {value:.3g}" for key, value in law.constants.items())
    return (
        candidate_cell(name),
        Cell(law.name),
        Cell(f"{law.aicc:.1f}".replace("-", "−") if isfinite(law.aicc) else "too few errors"),
        Cell("too few sizes" if law.held_out is None else signed_share(law.held_out)),
        Cell(share_text(law.weight)),
        Cell(constants.replace("-", "−")),
    )
