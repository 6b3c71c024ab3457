"""The tables of a report: constraints, costs, accuracies by size."""

from collections.abc import Sequence, Set
from dataclasses import replace
from math import isfinite, isnan, nan

from netwright.records.decision import Assessment, Decision, Verdict
from netwright.records.measurement import Measurement
from netwright.records.quality import Quality
from netwright.records.trial import TrialResult
from netwright.report.anchors import anchor
from netwright.report.figures import NOT_MEASURED, interval_text, limit_text, share_text, value_text
from netwright.report.palette import HOLDS_SYMBOLS, STATUS_SYMBOLS
from netwright.report.points import REACH, accuracy_points
from netwright.report.table import Cell, Table, candidate_cell


def constraint_table(decision: Decision) -> Table:
    """Return candidates against constraints, with verdict, value and probability, and the status of each.

    Args:
        decision: The decision.

    Returns:
        The table.
    """
    limits = decision.scenario.constraints
    titles = {quality.name: quality.title for quality in decision.qualities}
    columns = (
        Cell("Candidate"),
        *(Cell(titles.get(limit.quality, limit.quality), below=limit_text(limit.text)) for limit in limits),
        Cell("P(front)"),
        Cell("Why"),
    )
    rows = tuple(
        (
            _status_cell(assessment),
            *(_verdict_cell(assessment, limit.quality, limit.relation) for limit in limits),
            Cell(share_text(assessment.probability_front)),
            Cell(assessment.reason),
        )
        for assessment in decision.candidates
    )
    return Table(columns, rows)


def cost_table(decision: Decision) -> Table:
    """Return qualities against candidates, each with its interval.

    The best estimate of a row is of kind `best`; a star marks figures with remarks that not all of the row share.

    Args:
        decision: The decision.

    Returns:
        The table; without rows where nothing was measured.
    """
    shown = [a for a in decision.candidates if any(isfinite(m.value) for m in a.measurements)]
    columns = (Cell("Quality"), *(candidate_cell(assessment.name) for assessment in shown))
    rows = tuple(row for quality in decision.qualities if (row := _quality_row(quality, shown)) is not None)
    return Table(columns, rows)


def accuracy_table(decision: Decision, results: Sequence[TrialResult]) -> Table:
    """Return candidates against data sizes: the mean measured accuracy, and the curve's prediction beyond.

    Args:
        decision: The decision.
        results: Every trial; may be empty.

    Returns:
        The table; without rows where no accuracy was measured.
    """
    sizes = decision.scenario.design.sizes
    far = sizes[-1] * REACH
    columns = (
        Cell("Candidate"),
        *(Cell(f"{size:,}", below="samples") for size in sizes),
        Cell(f"{far:,}", below="extrapolated"),
        Cell("Remarks"),
    )
    rows = []
    for assessment in decision.candidates:
        points = accuracy_points(assessment, results)
        if points or assessment.curve is not None:
            by_size = ([p.accuracy for p in points if p.size == size] for size in sizes)
            cells = (_mean_cell(values) for values in by_size)
            flags = "; ".join(assessment.curve.flags) if assessment.curve else "no curve: too few trials ended well"
            named = candidate_cell(assessment.name, anchor("scaling", assessment.name))
            rows.append((named, *cells, _far_cell(assessment, far), Cell(flags)))
    return Table(columns, tuple(rows))


def _mean_cell(values: Sequence[float]) -> Cell:
    if not values:
        return Cell("–")
    spread = f"{min(values):.3f}–{max(values):.3f}" if len(values) > 1 else "one seed"
    return Cell(f"{sum(values) / len(values):.3f}", below=spread)


def _far_cell(assessment: Assessment, far: float) -> Cell:
    if assessment.curve is None or far > 2 * REACH * assessment.curve.sizes[-1]:
        return Cell("–")
    error, low, high = assessment.curve.predict(far)
    return Cell(f"{1 - error:.3f}", below=f"{1 - high:.3f}–{1 - low:.3f}")


def _status_cell(assessment: Assessment) -> Cell:
    status = f"{STATUS_SYMBOLS[assessment.status]} {assessment.status}"
    place = anchor("constraints", assessment.name)
    return Cell(assessment.name, below=status, kind=assessment.status, candidate=assessment.name, anchor=place)


def _verdict_cell(assessment: Assessment, quality: str, relation: str) -> Cell:
    verdict = next((v for v in assessment.verdicts if v.quality == quality and v.relation == relation), None)
    if verdict is None:
        return Cell(NOT_MEASURED, symbol=HOLDS_SYMBOLS["undecided"], kind="undecided")
    symbol, kind = HOLDS_SYMBOLS[verdict.holds], verdict.holds
    text = value_text(verdict.value, verdict.unit)
    return Cell(text, below=_certainty(verdict, assessment.measured(quality)), symbol=symbol, kind=kind)


def _certainty(verdict: Verdict, measured: Measurement | None) -> str:
    interval = interval_text(measured.low, measured.high, measured.unit) if measured else ""
    probability = "" if isnan(verdict.probability) else f"P(holds) {share_text(verdict.probability)}"
    return "\n".join(part for part in (interval, probability) if part)


def _quality_row(quality: Quality, shown: Sequence[Assessment]) -> tuple[Cell, ...] | None:
    found = [assessment.measured(quality.name) for assessment in shown]
    finite = [m for m in found if m is not None and isfinite(m.value)]
    if not finite:
        return None
    pick = max if quality.direction == "higher" else min
    shared = frozenset.intersection(*map(_remarks, finite))
    # a zero with a remark of its own (operations that were not counted) cannot be called the best of its row
    best = pick((m.value for m in finite if m.value != 0 or _remarks(m) <= shared), default=nan)
    counts = sorted({m.n for m in finite})
    samples = f"n\u00a0=\u00a0{counts[0]:,}" if len(counts) == 1 else f"n\u00a0=\u00a0{counts[0]:,}–{counts[-1]:,}"
    arrow = f"{quality.direction} is better · {samples}{_origin(finite)}"
    differ = any(m.value != best for m in finite)
    cells = (
        replace(_measured_cell(m, best if differ else nan, shared), anchor=anchor("costs", quality.name, a.name))
        for a, m in zip(shown, found, strict=True)
    )
    return (Cell(quality.title, below=arrow, anchor=anchor("costs", quality.name)), *cells)


def _origin(found: Sequence[Measurement]) -> str:
    """Return whether figures that may be either were measured or estimated: their remarks begin with that word."""
    words = {note.partition(":")[0] for m in found for note in _remarks(m)} & {"measured", "estimated"}
    return "".join(f" · {word}" for word in sorted(words))


def _remarks(measured: Measurement) -> frozenset[str]:
    # the first note says how the seeds were pooled, which is no remark on the figure
    return frozenset(measured.notes[1:])


def _measured_cell(measured: Measurement | None, best: float, shared: Set[str]) -> Cell:
    if measured is None or isnan(measured.value):
        return Cell("–", below=NOT_MEASURED)
    interval = interval_text(measured.low, measured.high, measured.unit)
    kind = "best" if measured.value == best else ""
    # a figure that was measured differently from its neighbours must not pass for one like them
    star = " *" if _remarks(measured) - shared else ""
    return Cell(value_text(measured.value, measured.unit) + star, below=interval, kind=kind)
