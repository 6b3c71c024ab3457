"""The page of a decision: one HTML text with its drawings, data and scripts inside."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import vl_convert
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from netwright.records.decision import Decision
from netwright.records.trial import TrialResult
from netwright.report.charts.epochs import Panel, epoch_panels
from netwright.report.charts.pareto import pareto_chart, traded_pair
from netwright.report.charts.scaling import scaling_chart
from netwright.report.charts.theme import spec_of
from netwright.report.circumstances import circumstances
from netwright.report.embed import json_for_script
from netwright.report.headline import facts, headline
from netwright.report.outcomes import failures, outcome_table, trials_summary
from netwright.report.palette import CANDIDATE_INKS, STATUS_SYMBOLS, candidate_slots, dark_rules
from netwright.report.points import REACH
from netwright.report.scenario_toml import scenario_toml
from netwright.report.tables import accuracy_table, constraint_table, cost_table


def page_html(decision: Decision, results: Sequence[TrialResult], command: str) -> str:
    """Return the page of a decision as one HTML text that needs nothing else.

    Args:
        decision: The decision.
        results: Every trial; where empty, what needs single trials is left out.
        command: The command line that repeats the study; empty where it is not known.

    Returns:
        The text of the page.
    """
    panels = epoch_panels(decision, results)
    specs = _specs(decision, results, panels)
    slots = candidate_slots(decision)
    return (
        _environment()
        .get_template("page.html.j2")
        .render(
            decision=decision,
            scenario=decision.scenario,
            headline=headline(decision),
            facts=facts(decision, results),
            constraints=constraint_table(decision),
            accuracies=accuracy_table(decision, results),
            panels=panels,
            has_trials=bool(results),
            without_epochs=_without_epochs(decision, panels),
            outcomes=outcome_table(decision, results),
            trials_summary=trials_summary(decision, results),
            failures=failures(results),
            costs=cost_table(decision),
            circumstances=circumstances(decision),
            toml=scenario_toml(decision),
            command=command,
            pair=traded_pair(decision),
            reach=REACH,
            specs=specs,
            specs_json=Markup(json_for_script(specs)),  # noqa: S704  its escapes leave nothing that HTML reads
            bundle=Markup(_bundle()),  # noqa: S704  the library's own text, checked for end tags
            slot_class={name: "cx" if slot is None else f"c{slot}" for name, slot in slots.items()},
            inks=CANDIDATE_INKS,
            status_symbols=STATUS_SYMBOLS,
            dark_rules=Markup(dark_rules(".chart")),  # noqa: S704  made of our own colours only
        )
    )


def _specs(decision: Decision, results: Sequence[TrialResult], panels: Sequence[Panel]) -> Mapping[str, Any]:
    charts = {"scaling": scaling_chart(decision, results), "pareto": pareto_chart(decision)}
    charts |= {f"epochs-{index}": panel.chart for index, panel in enumerate(panels)}
    return {name: spec_of(chart.properties(width="container")) for name, chart in charts.items() if chart is not None}


def _without_epochs(decision: Decision, panels: Sequence[Panel]) -> tuple[str, ...]:
    shown = {panel.name for panel in panels}
    return tuple(assessment.name for assessment in decision.candidates if assessment.name not in shown)


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("netwright.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def _bundle() -> str:
    # an end tag inside a string of the library would end the script; in a string the escape means the same
    text: str = vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;")
    return text.replace("</script", "<\\/script").replace("<!--", "<\\!--")
