"""Computational complexity: predicted before training, checked after."""

from collections.abc import Sequence

from netwright.records.complexity import COMPLEXITY_UNITS, ComplexityCheck
from netwright.records.study import Study
from netwright.report.anchors import anchor
from netwright.report.figures import NOT_MEASURED, signed_share, value_text
from netwright.report.sections.section import Section
from netwright.report.table import Cell, Table, candidate_cell

TITLES = {
    "parameters": "Parameters",
    "flops": "FLOPs of one sample",
    "activations": "Activations of one sample",
    "training_memory": "Peak training memory",
}
_FAR_OFF = 0.25


def complexity_section(study: Study) -> Section | None:
    """Return predicted and measured complexity of each candidate, with the error of the prediction.

    Args:
        study: The study.

    Returns:
        The section; None where nothing was predicted.
    """
    factors = study.factors.candidates if study.factors else ()
    checks = [candidate.complexity for candidate in factors if candidate.complexity is not None]
    if not checks:
        return None
    uncounted = [(check.candidate, ", ".join(_uncounted(check))) for check in checks if _uncounted(check)]
    content = {"table": complexity_table(checks), "uncounted": uncounted, "far_off": f"{_FAR_OFF:.0%}"}
    return Section("complexity", "Complexity, predicted and measured", content)


def complexity_table(checks: Sequence[ComplexityCheck]) -> Table:
    """Return one row a candidate: each figure as predicted, below it as measured and the error.

    Args:
        checks: One a candidate.

    Returns:
        The table.
    """
    columns = (
        Cell("Candidate"),
        *(Cell(TITLES[name], below="predicted, measured, error") for name in COMPLEXITY_UNITS),
    )
    rows = tuple(
        (candidate_cell(check.candidate, anchor("complexity", check.candidate)),
         *(_figure(check, name) for name in COMPLEXITY_UNITS))
        for check in checks
    )  # fmt: skip
    return Table(columns, rows)


def _figure(check: ComplexityCheck, name: str) -> Cell:
    unit = COMPLEXITY_UNITS[name]
    said = value_text(getattr(check.predicted, name), unit)
    if check.measured is None:
        return Cell(said, below=NOT_MEASURED)
    seen, error = value_text(getattr(check.measured, name), unit), check.errors().get(name)
    if error is None:
        return Cell(said, below=seen)
    far_off = abs(error) > _FAR_OFF
    below = f"{seen}\n{signed_share(error)}"
    return Cell(said, below=below, kind="undecided" if far_off else "", symbol="!" if far_off else "")


def _uncounted(check: ComplexityCheck) -> tuple[str, ...]:
    measured = check.measured.uncounted if check.measured else ()
    return tuple(dict.fromkeys((*check.predicted.uncounted, *measured)))
