"""Ways to prune a model against each other, one section for each domain of test texts."""

from netwright.records.pruning import Sweep
from netwright.report.charts.pruning_sweep import (
    HEIGHT,
    MOST_METHODS,
    Setting,
    by_domain,
    methods_of,
    settings_of,
    sweep_chart,
    time_chart,
    time_unit,
)
from netwright.report.figures import value_text
from netwright.report.sections.section import Section, drawn
from netwright.report.table import Cell, Table


def sweep_sections(sweep: Sweep) -> tuple[Section, ...]:
    """Return accuracy and time against what went, and a table of all settings, for each domain.

    Args:
        sweep: All settings.

    Returns:
        The sections.
    """
    parts = by_domain(sweep)
    return tuple(_section(number, part, domain, len(parts)) for number, (domain, part) in enumerate(parts.items()))


def sweep_table(sweep: Sweep) -> Table:
    """Return one row a method and setting: what went, accuracy with its interval, divergence, time.

    Args:
        sweep: Of one domain.

    Returns:
        The table, without columns that nothing is known of.
    """
    own = settings_of(sweep)
    diverges, timed = any(one.divergence is not None for one in own), any(one.seconds is not None for one in own)
    columns = (
        Cell("Method"),
        Cell("Setting"),
        Cell("Removed"),
        Cell("Accuracy", below="mean over draws; below it the 95% interval"),
        *((Cell("Divergence", below="KL, nats"),) if diverges else ()),
        *((Cell("Time", below="for the test texts"),) if timed else ()),
        Cell("Draws"),
    )
    return Table(columns, tuple(_row(one, diverges, timed) for one in own))


def _section(number: int, sweep: Sweep, domain: str, domains: int) -> Section:
    name = f"sweep-{number}" if number else "sweep"
    shown = methods_of(sweep)
    content = {
        "name": name,
        "table": sweep_table(sweep),
        "methods": list(enumerate(shown[:MOST_METHODS])),
        "hidden": len(shown) - len(shown[:MOST_METHODS]),
        "several": any(len(one.points) > 1 for one in settings_of(sweep)),
        "unit": time_unit(sweep)[1],
        "height": HEIGHT + 60,
    }
    charts = drawn({f"{name}-accuracy": sweep_chart(sweep), f"{name}-time": time_chart(sweep)})
    where = f" on {domain}" if domain else ""
    title = f"Accuracy against what went{where}" if domains > 1 or domain else "Accuracy against what went"
    return Section(name, title, content, charts, template="pruning_sweep")


def _row(one: Setting, diverges: bool, timed: bool) -> tuple[Cell, ...]:
    value, low, high = one.accuracy
    divergence = (Cell("–" if one.divergence is None else f"{one.divergence:.3g}"),) if diverges else ()
    seconds = (Cell("–" if one.seconds is None else value_text(one.seconds, "s")),) if timed else ()
    return (
        Cell(one.method),
        Cell(one.name or "–"),
        Cell(f"{one.removed:.1%}"),
        Cell(f"{value:.1%}", below=f"{low:.1%}–{high:.1%}"),
        *divergence,
        *seconds,
        Cell(str(len(one.points))),
    )
