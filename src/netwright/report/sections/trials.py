"""Every single trial, folded by candidate: what clauses and assessments rest on."""

from collections.abc import Sequence

from netwright.records.study import Study
from netwright.records.trial import Outcome, TrialResult
from netwright.report.anchors import anchor
from netwright.report.figures import NOT_MEASURED, decimal_text, duration_text, value_text
from netwright.report.outcomes import in_words
from netwright.report.sections.section import Section
from netwright.report.table import Cell, Table


def trials_section(study: Study) -> Section | None:
    """Return every trial, one table a candidate.

    Args:
        study: The study.

    Returns:
        The section; None where no single trial is known.
    """
    if not study.results:
        return None
    names = dict.fromkeys(result.candidate for result in study.results)
    own = {name: [result for result in study.results if result.candidate == name] for name in names}
    stopped = sum(bool(result.stopped) for result in study.results)
    content = {"tables": [(name, trial_table(found)) for name, found in own.items()], "stopped": stopped}
    return Section("trials", "Every trial", content)


def trial_table(results: Sequence[TrialResult]) -> Table:
    """Return one row a trial: size, seed, outcome, accuracy, epochs, time, load; no column that says nothing.

    Args:
        results: Trials of one candidate.

    Returns:
        The table.
    """
    optional = [
        (Cell("Load"), any(result.load for result in results), _load),
        (Cell("Remarks"), any(_remarks(result) for result in results), lambda r: Cell(_remarks(r) or "–")),
    ]
    kept = [(column, cell) for column, has, cell in optional if has]
    titles = ("Trial", "Images", "Seed", "Outcome", "Accuracy", "Epochs", "Time")
    columns = (*(Cell(title) for title in titles), *(column for column, _ in kept))
    rows = tuple((*_always(result), *(cell(result) for _, cell in kept)) for result in results)
    return Table(columns, rows)


def _always(result: TrialResult) -> tuple[Cell, ...]:
    well = result.outcome is Outcome.OK
    accuracy = next((m for m in result.measurements if m.quality == "accuracy"), None)
    return (
        Cell(result.trial, anchor=anchor("trials", result.trial)),
        Cell(f"{result.size:,}"),
        Cell(str(result.seed)),
        Cell(in_words(result.outcome), symbol="" if well else "✗", kind="" if well else "fail"),
        Cell(value_text(accuracy.value, "ratio") if accuracy else NOT_MEASURED),
        Cell(str(len(result.epochs)) if result.epochs else "–"),
        Cell(duration_text(result.seconds)),
    )


def _load(result: TrialResult) -> Cell:
    return Cell("–" if result.load is None else decimal_text(result.load.load, 2))


def _remarks(result: TrialResult) -> str:
    cuts = [
        f"{cut.kind}{' (injected)' if cut.injected else ''} after epoch {cut.epoch}" for cut in result.interruptions
    ]
    stopped = [f"stopped early: {result.stopped}"] if result.stopped else []
    return "; ".join(cuts + stopped)
