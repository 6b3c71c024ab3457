"""How training went, epoch by epoch, and how steadily."""

from collections.abc import Sequence

from netwright.records.consistency import Consistency
from netwright.records.study import Study
from netwright.report.anchors import anchor
from netwright.report.charts.epochs import MOST_PANELS, PHASE_INKS, epoch_panels
from netwright.report.figures import decimal_text
from netwright.report.palette import FACTOR_INKS
from netwright.report.sections.section import Section
from netwright.report.table import Cell, Table, candidate_cell


def epochs_section(study: Study) -> Section | None:
    """Return the validation accuracy after every epoch at the largest size, and epoch consistency at every size.

    Args:
        study: The study.

    Returns:
        The section; None where no single trial is known.
    """
    if not study.results:
        return None
    steady = consistencies(study)
    panels = epoch_panels(study.decision, study.results, steady)
    shown = {panel.name for panel in panels}
    inks = [ink.light for ink in FACTOR_INKS]
    content = {
        "panels": panels,
        "largest": study.decision.scenario.design.sizes[-1],
        "missing": [a.name for a in study.decision.candidates if a.name not in shown],
        "most": MOST_PANELS,
        "phases": [(phase, inks.index(ink.light) if ink.light in inks else "x") for phase, ink in PHASE_INKS.items()],
        "phases_text": phases_text,
        "decimal_text": decimal_text,
        "table": consistency_table(steady),
    }
    charts = {f"epochs-{place}": panel.chart for place, panel in enumerate(panels)}
    return Section("epochs", "How training went, epoch by epoch", content, charts)


def consistencies(study: Study) -> tuple[Consistency, ...]:
    """Return the epoch consistency of every candidate at every size.

    Args:
        study: The study.

    Returns:
        In the scenario's order; empty where none is recorded.
    """
    factors = study.factors.candidates if study.factors else ()
    return tuple(consistency for candidate in factors for consistency in candidate.consistency)


def consistency_table(steady: Sequence[Consistency]) -> Table:
    """Return one row a candidate and size: median change, draw-down, steadiness, phases.

    Args:
        steady: Every consistency.

    Returns:
        The table.
    """
    columns = (
        Cell("Candidate"),
        Cell("Images"),
        Cell("Trainings"),
        Cell("Warm-up", below="epochs left out"),
        Cell("Median change", below="of accuracy, an epoch"),
        Cell("Draw-down", below="below the best so far"),
        Cell("Steadiness", below="1: never falls"),
        Cell("Phases", below="epochs"),
    )
    last = {found.candidate: found.size for found in steady}
    return Table(columns, tuple(_row(found, found.size == last[found.candidate]) for found in steady))


def phases_text(found: Consistency) -> str:
    """Return the phases of a training with their epochs.

    Args:
        found: Its consistency.

    Returns:
        Such as `rise 1–4, plateau 4–8`.
    """
    return ", ".join(f"{segment.phase} {segment.first}–{segment.last}" for segment in found.segments)


def _row(found: Consistency, is_largest: bool) -> tuple[Cell, ...]:
    place = anchor("epochs", found.candidate) if is_largest else anchor("epochs", found.candidate, found.size)
    return (
        candidate_cell(found.candidate, place),
        Cell(f"{found.size:,}"),
        Cell(str(found.trainings)),
        Cell(str(found.warm_up)),
        Cell(decimal_text(found.median_change, 4)),
        Cell(decimal_text(found.draw_down, 4)),
        Cell(decimal_text(found.steadiness, 2)),
        Cell(phases_text(found)),
    )
