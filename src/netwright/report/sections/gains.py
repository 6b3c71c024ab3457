"""What augmentation, and weights to start from, buy at every size."""

from collections.abc import Sequence

from netwright.records.gain import Gain
from netwright.records.study import Study
from netwright.report.anchors import anchor
from netwright.report.charts.gains import HEIGHT, gain_panels
from netwright.report.figures import count_text, decimal_text
from netwright.report.sections.section import Section
from netwright.report.table import Cell, Table

CHANGES = {"augment": "augmentation", "weights": "weights to start from"}


def gains_section(study: Study) -> Section | None:
    """Return the accuracy that one change of a recipe adds, paired by seed.

    Args:
        study: The study.

    Returns:
        The section; None where no gain is recorded.
    """
    gains = study.factors.gains if study.factors else ()
    if not gains:
        return None
    panels = gain_panels(study.decision, gains)
    content = {"panels": panels, "changes": CHANGES, "height": HEIGHT + 50, "table": gain_table(gains)}
    charts = {f"gains-{place}": panel.chart for place, panel in enumerate(panels)}
    return Section("gains", "What augmentation and given weights buy", content, charts)


def gain_table(gains: Sequence[Gain]) -> Table:
    """Return one row a pair of candidates, one column a size.

    Args:
        gains: Every gain.

    Returns:
        The table.
    """
    sizes = sorted({gain.size for gain in gains})
    columns = (Cell("Change"), Cell("With"), Cell("Without"), *(Cell(f"{size:,}", below="samples") for size in sizes))
    rows, marked = [], set[str]()
    for change, with_change, without in dict.fromkeys((g.change, g.with_change, g.without) for g in gains):
        own = {g.size: g for g in gains if (g.change, g.with_change, g.without) == (change, with_change, without)}
        # a candidate may take part in several pairs; links go to its first one
        place = "" if with_change in marked else anchor("gains", with_change)
        marked.add(with_change)
        named = (Cell(with_change, candidate=with_change, anchor=place), Cell(without, candidate=without))
        rows.append((Cell(CHANGES[change]), *named, *(_gain_cell(own.get(size)) for size in sizes)))
    return Table(columns, tuple(rows))


def _gain_cell(gain: Gain | None) -> Cell:
    if gain is None or gain.value != gain.value:
        return Cell("–")
    value, low, high = (decimal_text(end, 3, signed=True) for end in (gain.value, gain.low, gain.high))
    kind, symbol = ("pass", "▲") if gain.low > 0 else ("fail", "▼") if gain.high < 0 else ("", "")
    return Cell(value, below=f"{low} to {high}\n{count_text(gain.seeds, 'seed')}", kind=kind, symbol=symbol)
