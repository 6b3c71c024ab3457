"""The page of a decision: one HTML text with its drawings, data and scripts inside."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import vl_convert
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from netwright.records.decision import Decision
from netwright.records.study import Study
from netwright.report.anchors import TOP, anchors_in
from netwright.report.charts.theme import CONFIG, spec_of
from netwright.report.contents import Group, contents
from netwright.report.embed import json_for_script
from netwright.report.headline import facts, headline
from netwright.report.palette import CANDIDATE_INKS, FACTOR_INKS, RANK_INKS, candidate_slots, dark_rules
from netwright.report.sections.analysis import analysis_section
from netwright.report.sections.section import Section


def page_html(record: Study | Decision) -> str:
    """Return the page of a study as one HTML text that needs nothing else.

    Args:
        record: A study; or a decision alone, which is shown without what needs single trials.

    Returns:
        The text of the page.
    """
    study = as_study(record)
    slots = {name: "cx" if slot is None else f"c{slot}" for name, slot in candidate_slots(study.decision).items()}
    groups = contents(study)
    texts = {section.anchor: _text(section, slots) for group in groups for section in group.sections}
    analysis = analysis_section(study, anchors_in("".join(_placed(name, text) for name, text in texts.items())))
    if analysis is not None:
        groups = (replace(groups[0], sections=(analysis, *groups[0].sections)), *groups[1:])
        texts["analysis"] = _text(analysis, slots)
    return (
        _environment()
        .get_template("page.html.j2")
        .render(
            top=TOP,
            decision=study.decision,
            scenario=study.decision.scenario,
            headline=headline(study.decision),
            facts=facts(study.decision, study.results),
            groups=groups,
            texts=texts,
            slot_class=slots,
            specs_json=Markup(json_for_script(_drawings(groups))),  # noqa: S704  its escapes leave nothing that HTML reads
            bundle=Markup(_bundle()),  # noqa: S704  the library's own text, checked for end tags
            palettes={"c": CANDIDATE_INKS, "f": FACTOR_INKS, "r": RANK_INKS},
            dark_rules=Markup(dark_rules(".chart")),  # noqa: S704  made of our own colours only
        )
    )


def as_study(record: Study | Decision) -> Study:
    """Return a study; a decision alone becomes one without trials.

    Args:
        record: Either.

    Returns:
        The study.
    """
    return Study(decision=record, results=()) if isinstance(record, Decision) else record


def _text(section: Section, slots: Mapping[str, str]) -> Markup:
    template = _environment().get_template(f"sections/{section.anchor}.html.j2")
    return Markup(template.render(slot_class=slots, charts=tuple(section.charts), **section.content))  # noqa: S704


def _placed(name: str, text: str) -> str:
    return f' id="{name}"{text}'


def _drawings(groups: Sequence[Group]) -> dict[str, Any]:
    charts = {name: chart for group in groups for section in group.sections for name, chart in section.charts.items()}
    specs = {name: spec_of(chart.properties(width="container")) for name, chart in charts.items()}
    # what all drawings share stands on the page once
    return {"config": CONFIG, "specs": {name: spec | {"config": {}} for name, spec in specs.items()}}


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
