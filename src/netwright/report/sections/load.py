"""System overload: how loaded the machine was while trials ran."""

from collections.abc import Mapping
from math import isnan

from netwright.records.load import Load
from netwright.records.study import Study
from netwright.report.anchors import anchor
from netwright.report.charts.load import load_chart
from netwright.report.figures import decimal_text, share_text, value_text
from netwright.report.sections.section import Section, drawn
from netwright.report.table import Cell, Table, candidate_cell

_BUSY = 1.5


def load_section(study: Study) -> Section | None:
    """Return the load during every trial, and the most loaded trials of each candidate.

    Args:
        study: The study.

    Returns:
        The section; None where nobody looked.
    """
    factors = study.factors.candidates if study.factors else ()
    loads = {candidate.candidate: candidate.load for candidate in factors if candidate.load}
    chart = load_chart(study.decision, study.results)
    if not loads and chart is None:
        return None
    content = {"table": load_table(loads), "height": (chart.height if chart else 0) + 60}
    return Section("load", "How loaded the machine was", content, drawn({"load": chart}))


def load_table(loads: Mapping[str, Mapping[str, Load]]) -> Table:
    """Return one row a trial: load, memory, waiting, temperature, frequency; no column that no machine showed.

    Args:
        loads: Candidate -> trial -> load.

    Returns:
        The table.
    """
    seen = [load for own in loads.values() for load in own.values()]
    optional = [
        (title, below, field) for title, below, field in _OPTIONAL if any(getattr(x, field) is not None for x in seen)
    ]
    columns = (
        Cell("Candidate"),
        Cell("Trial"),
        Cell("Load", below="mean; below it the peak"),
        Cell("Least free memory"),
        Cell("Swapped"),
        *(Cell(title, below=below) for title, below, _ in optional),
    )
    rows = []
    for candidate, own in loads.items():
        for place, (trial, load) in enumerate(own.items()):
            named = candidate_cell(candidate, "" if place else anchor("load", candidate))
            rows.append((named, Cell(trial), *_always(load), *(_shown(field, load) for _, _, field in optional)))
    return Table(columns, tuple(rows))


_OPTIONAL = (
    ("Waiting for memory", "share of the time", "memory_stall"),
    ("Waiting for a processor", "share of the time", "cpu_stall"),
    ("Temperature", "hottest sensor", "temperature"),
    ("Frequency", "mean", "frequency"),
)


def _always(load: Load) -> tuple[Cell, ...]:
    busy = load.load > _BUSY
    return (
        Cell(
            decimal_text(load.load, 2),
            below=decimal_text(load.load_peak, 2),
            kind="undecided" if busy else "",
            symbol="!" if busy else "",
        ),
        Cell(value_text(load.memory_free, "B")),
        Cell("–" if load.swapped == 0 else value_text(load.swapped, "B"), kind="undecided" if load.swapped else ""),
    )


def _shown(field: str, load: Load) -> Cell:
    value = getattr(load, field)
    if value is None or isnan(value):
        return Cell("not shown")
    if field == "temperature":
        return Cell(f"{value:.0f} °C")
    if field == "frequency":
        return Cell(f"{value / 1e9:.2f} GHz")
    return Cell(share_text(value))
