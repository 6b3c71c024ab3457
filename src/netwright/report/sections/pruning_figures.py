"""A model before and after units were removed: size, arithmetic, time, accuracy."""

from netwright.records.pruning import Figures, Pruning
from netwright.report.figures import interval_text, share_text, signed_share, value_text
from netwright.report.pruning_headline import accuracy_text, points_lost
from netwright.report.sections.section import Section
from netwright.report.table import Cell, Table


def figures_section(record: Pruning) -> Section:
    """Return the table of everything that was measured of both models.

    Args:
        record: Before and after.

    Returns:
        The section.
    """
    content = {"table": figures_table(record), "tested": record.tested, "notes": record.notes}
    return Section("pruning_figures", "Before and after", content)


def figures_table(record: Pruning) -> Table:
    """Return one row a figure: the dense model, the pruned one, and the change.

    Args:
        record: Before and after.

    Returns:
        The table, without rows that neither model has.
    """
    before, after = record.before, record.after
    rows = [
        _amount("Parameters", "", before.parameters, after.parameters, "count"),
        _amount("Weights", "", before.bytes, after.bytes, "B"),
        _amount("FLOPs", _shape(record), before.flops, after.flops, "count"),
    ]
    if before.seconds is not None and after.seconds is not None:
        below = f"median, {_threads(record)}; below it the 95% interval"
        change = signed_share(after.seconds / before.seconds - 1)
        rows.append((Cell("Time of a batch", below=below), _time(before), _time(after), Cell(change)))
    lost = points_lost(record)
    if lost is not None:
        change = f"{-lost:+.1f} points".replace("-", "−") if abs(lost) >= 0.05 else "0.0 points"
        below = "with its 95% interval"
        rows.append((Cell("Accuracy", below=below), _right(before), _right(after), Cell(change)))
    if after.divergence is not None:
        told = Cell("Divergence", below="KL from the dense answers, nats")
        rows.append((told, Cell("0"), Cell(f"{after.divergence:.3g}"), Cell("")))
    if after.agreement is not None:
        told = Cell("Same answer", below="as the dense model")
        rows.append((told, Cell("100%"), Cell(share_text(after.agreement)), Cell("")))
    columns = (Cell(""), Cell("Dense"), Cell("Pruned"), Cell("Change"))
    return Table(columns, tuple(rows))


def _amount(title: str, below: str, before: float, after: float, unit: str) -> tuple[Cell, ...]:
    change = signed_share(after / before - 1) if before else ""
    return (Cell(title, below=below), Cell(value_text(before, unit)), Cell(value_text(after, unit)), Cell(change))


def _time(figures: Figures) -> Cell:
    if figures.seconds is None:
        return Cell("–")
    known = figures.seconds_low is not None and figures.seconds_high is not None
    below = interval_text(figures.seconds_low or 0.0, figures.seconds_high or 0.0, "s") if known else ""
    return Cell(value_text(figures.seconds, "s"), below=below)


def _right(figures: Figures) -> Cell:
    value, _, interval = accuracy_text(figures).partition(" (")
    return Cell(value, below=interval.rstrip(")"))


def _shape(record: Pruning) -> str:
    texts, tokens = record.batch
    return f"for {texts} × {tokens} tokens" if texts and tokens else ""


def _threads(record: Pruning) -> str:
    return f"{record.threads} thread{'' if record.threads == 1 else 's'}"
