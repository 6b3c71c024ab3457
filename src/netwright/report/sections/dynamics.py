"""The charges of one kind through a training: formulas, measured beside theory, errors, and a table of all families."""

from collections.abc import Sequence

from netwright.records.dynamics import ChargeSeries, Dynamics
from netwright.records.symmetry import SymmetryKind
from netwright.report.anchors import anchor
from netwright.report.charge_laws import LAWS
from netwright.report.charts.dynamics import HEIGHT, charge_chart, error_chart
from netwright.report.families import drawn_families, kinds_of, largest_error
from netwright.report.scientific import scientific
from netwright.report.sections.section import Section, drawn
from netwright.report.table import Cell, Table


def charge_sections(record: Dynamics) -> tuple[Section, ...]:
    """Return one section for each kind of symmetry that has readings.

    Args:
        record: What was seen of a training.

    Returns:
        The sections, in the order of `LAWS`.
    """
    return tuple(_section(kind, record) for kind in kinds_of(record))


def charge_table(series: Sequence[ChargeSeries], name: str) -> Table:
    """Return one row a family: charges, start, end, how far the exact law and continuous theory are off at most.

    Args:
        series: Families of one kind.
        name: What anchors of its rows begin with.

    Returns:
        The table.
    """
    columns = (
        Cell("Family"),
        Cell("Charges"),
        Cell("From", below="sum of its charges"),
        Cell("To"),
        Cell("Exact law off by", below="at most, of its size"),
        Cell("Continuous theory off by", below="at most, of its size"),
    )
    return Table(columns, tuple(_row(one, anchor(name, one.place)) for one in series))


def _section(kind: SymmetryKind, record: Dynamics) -> Section:
    own = [series for series in record.series if series.kind == kind and series.measured]
    shown, name = drawn_families(own), slug(kind)
    content = {
        "law": LAWS[kind],
        "kind": kind,
        "name": name,
        "families": [(slot, one.place, one.count) for slot, one in enumerate(shown)],
        "hidden": len(own) - len(shown),
        "weightless": sum(series.weightless for series in own),
        "flow": any(value is not None for one in shown for value in one.flow),
        "exact": any(value is not None for one in shown for value in one.predicted),
        "table": charge_table(own, name),
        "height": HEIGHT + 60,
    }
    charts = drawn({f"{name}-charges": charge_chart(own), f"{name}-errors": error_chart(own)})
    title = LAWS[kind].title + (" charges" if kind != "null" else " parameters")
    return Section(name, title, content, charts, template="charges")


def slug(kind: str) -> str:
    """Return a kind as it stands in anchors.

    >>> slug("general linear")
    'general-linear'
    """
    return kind.replace(" ", "-")


def _row(series: ChargeSeries, place: str) -> tuple[Cell, ...]:
    return (
        Cell(series.place, below="" if series.exact else "up to epsilon", anchor=place),
        Cell(f"{series.count:,}"),
        Cell(scientific(series.measured[0], 5)),
        Cell(scientific(series.measured[-1], 5)),
        *(Cell(_off(series, errors)) for errors in (series.error, series.flow_error)),
    )


def _off(series: ChargeSeries, errors: Sequence[float | None]) -> str:
    # the rounding of a charge that is 0 has nothing to be relative to
    return "rounding only" if series.weightless else scientific(largest_error(errors))
