"""The sections of a validation's page: findings, classes, what moved, columns."""

from math import isnan

from netwright.records.validation import ColumnProfile, Drift, Finding, Validation
from netwright.report.sections.section import Section, drawn
from netwright.report.table import Cell, Table
from netwright.report.validation_charts import MOST_ROWS, drift_chart, shares_chart
from netwright.report.validation_headline import share_of

_KINDS = {"error": "fail", "warning": "undecided", "note": ""}
_SYMBOLS = {"error": "✗", "warning": "!", "note": "·"}
_FEW = 1e-3


def validation_sections(record: Validation) -> tuple[Section, ...]:
    """Return the sections of a validation's page.

    Args:
        record: The validation.

    Returns:
        Those that there is something for.
    """
    moved = (
        _movement(record.drifts, "drift", "Since the last version", "the training part of the last version")
        if record.drifts
        else None
    )
    apart = (
        _movement(record.parts, "parts", "Training part and test part", "the training part") if record.parts else None
    )
    found = (_findings(record), _labels(record), moved, apart, _columns(record))
    return tuple(section for section in found if section is not None)


def _findings(record: Validation) -> Section:
    content = {"findings": [_finding(one) for one in record.findings], "samples": record.profile.samples}
    return Section("findings", "Findings", content, template="validation_findings")


def _finding(one: Finding) -> dict[str, object]:
    return {
        "kind": _KINDS[one.severity],
        "symbol": _SYMBOLS[one.severity],
        "title": f"{one.severity}: {one.kind}",
        "what": one.what,
        "where": one.where,
        "share": share_of(one),
        "remedy": one.remedy,
    }


def _labels(record: Validation) -> Section:
    profile = record.profile
    totals = max(1, sum(profile.train)), max(1, sum(profile.test))
    lines = tuple(
        (
            Cell(name),
            *(Cell(f"{n / of:.2%}", below=f"{n:,}") for n, of in zip(counts, totals, strict=True)),
        )
        for name, *counts in zip(profile.classes, profile.train, profile.test, strict=True)
    )
    chart = shares_chart(profile)
    content = {
        "table": Table((Cell("Class"), Cell("Training"), Cell("Test")), lines),
        "hidden": max(0, len(profile.classes) - MOST_ROWS),
        "height": 34 * min(MOST_ROWS, len(profile.classes)) + 50,
    }
    return Section("classes", "Shares of the classes", content, drawn({"shares": chart}), template="validation_labels")


def _movement(drifts: tuple[Drift, ...], anchor: str, title: str, compared: str) -> Section:
    lines = tuple(
        (
            Cell(one.name),
            Cell(f"{one.psi:.3f}", kind="fail" if one.psi >= 0.25 and one.chance < _FEW else ""),
            Cell(f"{one.distance:.3f}"),
            Cell("< 0.001" if one.chance < _FEW else f"{one.chance:.3f}"),
        )
        for one in drifts
    )
    columns = (
        Cell("Column"),
        Cell("PSI", below="0.1 somewhat, 0.25 much"),
        Cell("Distance", below="of the distributions, 0 to 1"),
        Cell("By chance", below="chi-square test"),
    )
    content = {
        "chart": anchor,
        "compared": compared,
        "table": Table(columns, lines),
        "height": 26 * min(MOST_ROWS, len(drifts)) + 60,
    }
    return Section(anchor, title, content, drawn({anchor: drift_chart(drifts)}), template="validation_drift")


def _columns(record: Validation) -> Section | None:
    if not record.profile.columns:
        return None
    columns = (Cell("Column"), Cell("From"), Cell("Mean"), Cell("To"), Cell("Missing"), Cell("Most common value"))
    lines = tuple(map(_column, record.profile.columns))
    return Section("columns", "What the columns hold", {"table": Table(columns, lines)}, template="validation_columns")


def _column(one: ColumnProfile) -> tuple[Cell, ...]:
    name = Cell(one.name, below=f"{len(one.levels)} words: {', '.join(one.levels[:4])}" if one.levels else "")
    figures = (Cell("–" if isnan(value) else f"{value:.5g}") for value in (one.low, one.mean, one.high))
    return (name, *figures, Cell(f"{one.missing:.2%}"), Cell(f"{one.common:.2%}"))
