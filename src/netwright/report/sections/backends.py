"""Framework and backend tools: the trained models under each backend."""

from collections.abc import Sequence

from netwright.records.backend import BackendRun
from netwright.records.study import Study
from netwright.report.anchors import anchor
from netwright.report.charts.backends import backend_chart, way_of
from netwright.report.figures import NOT_MEASURED, duration_text, interval_text, value_text
from netwright.report.sections.section import Section, drawn
from netwright.report.table import Cell, Table, candidate_cell


def backends_section(study: Study) -> Section | None:
    """Return which backends run each trained model, how fast, and how equal their answers are.

    Args:
        study: The study.

    Returns:
        The section; None where no backend was tried.
    """
    factors = study.factors.candidates if study.factors else ()
    runs = [run for candidate in factors for run in candidate.backends]
    if not runs:
        return None
    chart = backend_chart(study.decision, runs)
    content = {
        "names": list(dict.fromkeys(run.candidate for run in runs)),
        "table": backend_table(runs),
        "height": (chart.height if chart else 0) + 60,
        "refused": refusals(runs),
    }
    return Section("backends", "The trained models under each backend", content, drawn({"backends": chart}))


def refusals(runs: Sequence[BackendRun]) -> tuple[tuple[str, str, str], ...]:
    """Return what does not run: candidate, backends in words, why; those with the same reason together.

    Args:
        runs: Every run.

    Returns:
        The refusals.
    """
    ways: dict[tuple[str, str], list[str]] = {}
    for run in runs:
        if not run.runs:
            ways.setdefault((run.candidate, run.detail), []).append(way_of(run))
    return tuple((candidate, "; ".join(own), detail) for (candidate, detail), own in ways.items())


def backend_table(runs: Sequence[BackendRun]) -> Table:
    """Return one row a run: time of one sample, against eager on one thread, set-up, equality.

    Args:
        runs: Every run.

    Returns:
        The table.
    """
    columns = (
        Cell("Candidate"),
        Cell("Backend"),
        Cell("One sample", below="median"),
        Cell("Speed-up", below="over eager, 1 thread"),
        Cell("Set-up", below="before the first call"),
        Cell("Same class", below="as eager, 1 thread"),
        Cell("Largest difference", below="of a probability"),
    )
    base = {run.candidate: run.seconds for run in runs if run.backend == "eager" and run.threads == 1 and run.runs}
    rows, marked = [], set[str]()
    for run in runs:
        place = "" if run.candidate in marked else anchor("backends", run.candidate)
        marked.add(run.candidate)
        rows.append((candidate_cell(run.candidate, place), Cell(way_of(run)), *_figures(run, base.get(run.candidate))))
    return Table(columns, tuple(rows))


def _figures(run: BackendRun, eager: float | None) -> tuple[Cell, ...]:
    if not run.runs:
        return (Cell("does not run", symbol="✗", kind="fail"), *(Cell("–"),) * 4)
    speed = f"{eager / run.seconds:.2f} times" if eager and run.seconds > 0 else "–"
    compared = f"{run.images:,} samples"
    equal = run.images > 0 and run.agreement == run.agreement
    return (
        Cell(value_text(run.seconds, "s"), below=f"{interval_text(run.low, run.high, 's')}\nn\u00a0=\u00a0{run.n:,}"),
        Cell(speed),
        Cell(duration_text(run.setup_seconds) if run.setup_seconds else "–"),
        Cell(f"{run.agreement:.1%}" if equal else NOT_MEASURED, below=compared if equal else ""),
        Cell(f"{run.difference:.1g}".replace("-", "−") if equal else "–"),
    )
