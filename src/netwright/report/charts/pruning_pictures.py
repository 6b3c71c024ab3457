"""The drawings of a pruning as pictures that stand alone: with a title and a legend inside."""

from typing import Any

import altair as alt

from netwright.records.pruning import Pruning, Sweep
from netwright.report.charts.pruning_sweep import by_domain, sweep_chart, time_chart, time_unit
from netwright.report.charts.pruning_widths import width_chart
from netwright.report.palette import TEXT

_LEGEND = alt.Legend(
    title=None,
    orient="top",
    columns=3,
    symbolType="circle",
    symbolOpacity=1,
    symbolStrokeWidth=0,
    labelColor=TEXT.light,
    labelFontSize=12,
    labelLimit=220,
)


def sweep_pictures(sweep: Sweep) -> dict[str, Any]:
    """Return accuracy and time against what went, a pair for each domain.

    Args:
        sweep: All settings.

    Returns:
        `accuracy` and `time`, then `accuracy-1` and `time-1` of a second domain; none that would be empty.
    """
    found: dict[str, Any] = {}
    for number, (domain, part) in enumerate(by_domain(sweep).items()):
        behind = f"-{number}" if number else ""
        where = f" ({domain})" if domain else ""
        charts = {
            f"accuracy{behind}": (sweep_chart(part, _LEGEND), f"Accuracy{where}"),
            f"time{behind}": (time_chart(part, _LEGEND), f"Time for the test texts{where}, {time_unit(part)[1]}"),
        }
        found |= {name: chart.properties(title=title) for name, (chart, title) in charts.items() if chart is not None}
    return found


def pruning_pictures(record: Pruning) -> dict[str, Any]:
    """Return what stays of each layer, one picture a kind of unit.

    Args:
        record: Before and after.

    Returns:
        `neurons` and `heads`; whole layers have no picture.
    """
    found: dict[str, Any] = {}
    for unit in dict.fromkeys(site.unit for site in record.plan.sites if site.unit != "layers"):
        chart = width_chart([site for site in record.plan.sites if site.unit == unit])
        if chart is not None:
            found[unit] = chart.properties(title=f"{unit.capitalize()} that stay in each layer")
    return found
