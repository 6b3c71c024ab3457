"""What stays of every layer of a pruned model."""

from netwright.records.pruning import Plan, SitePlan, Unit
from netwright.report.charts.pruning_widths import AXIS, ROW, width_chart
from netwright.report.sections.section import Section, drawn
from netwright.report.table import Cell, Table


def widths_sections(plan: Plan) -> tuple[Section, ...]:
    """Return one section for each kind of unit that the plan speaks of.

    Args:
        plan: What stays.

    Returns:
        The sections.
    """
    units = dict.fromkeys(site.unit for site in plan.sites)
    return tuple(_section(unit, [site for site in plan.sites if site.unit == unit]) for unit in units)


def widths_table(sites: list[SitePlan]) -> Table:
    """Return one row a place: units before, after, and the share that stays.

    Args:
        sites: Places of one kind of unit.

    Returns:
        The table.
    """
    columns = (Cell("Place"), Cell("Before"), Cell("After"), Cell("Kept"))
    rows = tuple(
        (Cell(s.place), Cell(f"{s.count:,}"), Cell(f"{len(s.kept):,}"), Cell(f"{len(s.kept) / s.count:.0%}"))
        for s in sites
    )
    return Table(columns, rows)


def _section(unit: Unit, sites: list[SitePlan]) -> Section:
    whole = unit == "layers"
    gone = [layer for site in sites for layer in range(site.count) if layer not in set(site.kept)] if whole else []
    name = f"pruning-{unit}"
    content = {
        "name": name,
        "unit": unit,
        "table": widths_table(sites),
        "gone": ", ".join(map(str, gone)),
        "height": ROW * len(sites) + AXIS,
    }
    charts = {} if whole else drawn({name: width_chart(sites)})
    title = "Layers that stay" if whole else f"{unit.capitalize()} that stay in each layer"
    return Section(name, title, content, charts, template="pruning_widths")
