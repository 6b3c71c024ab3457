"""The laws of training time and memory, T(n) = t0 + t1 (n/n0)^p."""

from collections.abc import Mapping

from netwright.records.growth import Growth
from netwright.records.study import Study
from netwright.report.anchors import anchor
from netwright.report.charts.growth import HEIGHT, growth_chart
from netwright.report.figures import decimal_text, interval_text, value_text
from netwright.report.points import REACH
from netwright.report.sections.section import Section, drawn
from netwright.report.table import Cell, Table, candidate_cell

NEGLIGIBLE = 1e-6
"""A constant part below this share of the growing one is written as 0."""
_TITLES = {"growth-time": "Training time", "growth-memory": "Training memory"}


def growth_section(study: Study) -> Section | None:
    """Return how training time and training memory grow with training samples, drawn and as laws.

    Args:
        study: The study.

    Returns:
        The section; None where no law is recorded.
    """
    factors = study.factors.candidates if study.factors else ()
    laws: dict[str, dict[str, Growth]] = {
        "growth-time": {f.candidate: f.time for f in factors if f.time is not None},
        "growth-memory": {f.candidate: f.memory for f in factors if f.memory is not None},
    }
    if not any(laws.values()):
        return None
    charts = drawn({name: growth_chart(study.decision, _TITLES[name], found) for name, found in laws.items()})
    content = {
        "names": list(laws["growth-time"] | laws["growth-memory"]),
        "titles": _TITLES,
        "height": HEIGHT + 60,
        "table": law_table(laws["growth-time"], laws["growth-memory"]),
    }
    return Section("growth", "How training time and memory grow", content, charts)


def law_table(time: Mapping[str, Growth], memory: Mapping[str, Growth]) -> Table:
    """Return one row a law: its exponent with its interval, and the cost at `REACH` times the data.

    Args:
        time: Candidate -> law of its training time.
        memory: Candidate -> law of its training memory.

    Returns:
        The table.
    """
    columns = ("Candidate", "What", "Law", "Exponent p", f"At {REACH} times the data")
    rows = []
    for name in dict.fromkeys((*time, *memory)):
        for title, laws in (("time", time), ("memory", memory)):
            if name in laws:
                first = candidate_cell(name, anchor("growth", name) if title == "time" or name not in time else "")
                rows.append((first, Cell(title), *_law_cells(laws[name])))
    return Table(tuple(Cell(column) for column in columns), tuple(rows))


def _law_cells(law: Growth) -> tuple[Cell, ...]:
    # what rounds away beside the rest is nothing
    fixed = value_text(law.t0 if law.t0 > NEGLIGIBLE * law.t1 else 0.0, law.unit)
    growing = value_text(law.t1, law.unit)
    powers = sorted(p for _, _, p in law.draws) or [law.p]
    # the law is that of least squares; the exponent is what the draws say, which know the noise
    low_p, middle, high_p = (powers[round(share * (len(powers) - 1))] for share in (0.05, 0.5, 0.95))
    cost, low, high = law.predict(law.sizes[-1] * REACH)
    return (
        Cell(f"{fixed} + {growing} (n/{law.n0:,.0f})^{law.p:.2f}", below="; ".join(law.flags)),
        Cell(decimal_text(middle, 2), below=f"{decimal_text(low_p, 2)}–{decimal_text(high_p, 2)}"),
        Cell(value_text(cost, law.unit), below=interval_text(low, high, law.unit)),
    )
