"""Putting a page together: its head, its contents and its sections, with drawings, data and scripts inside."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import vl_convert
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from netwright.report.anchors import TOP
from netwright.report.charts.theme import CONFIG, spec_of
from netwright.report.embed import json_for_script
from netwright.report.palette import CANDIDATE_INKS, FACTOR_INKS, RANK_INKS, dark_rules
from netwright.report.sections.section import Group, Section


@dataclass(frozen=True)
class Head:
    """What stands above the contents of a page.

    Args:
        template: Its template.
        title: What the browser calls the page.
        content: What its template reads.
        remark: What the foot of the page says of all figures; empty for nothing.
    """

    template: str
    title: str
    content: Mapping[str, Any] = field(default_factory=dict)
    remark: str = ""


Texts = Mapping[str, Markup]
"""Anchor of a section -> what stands below its heading."""


def assembled(head: Head, groups: Sequence[Group], texts: Texts, slots: Mapping[str, str]) -> str:
    """Return a page as one HTML text that needs nothing else.

    Args:
        head: What stands on top.
        groups: The sections, in order.
        texts: What stands below the heading of each.
        slots: Candidate -> class of its colour; empty on a page without candidates.

    Returns:
        The text of the page.
    """
    return (
        _environment()
        .get_template("page.html.j2")
        .render(
            top=TOP,
            head=head,
            groups=groups,
            texts=texts,
            slot_class=slots,
            specs_json=Markup(json_for_script(_drawings(groups))),  # noqa: S704  its escapes leave nothing that HTML reads
            bundle=Markup(_bundle()),  # noqa: S704  the library's own text, checked for end tags
            palettes={"c": CANDIDATE_INKS, "f": FACTOR_INKS, "r": RANK_INKS},
            dark_rules=Markup(dark_rules(".chart")),  # noqa: S704  made of our own colours only
            **head.content,
        )
    )


def section_texts(groups: Sequence[Group], slots: Mapping[str, str]) -> dict[str, Markup]:
    """Return what stands below the heading of each section.

    Args:
        groups: The sections.
        slots: Candidate -> class of its colour; empty on a page without candidates.

    Returns:
        Anchor -> markup that its template made.
    """
    return {section.anchor: _text(section, slots) for group in groups for section in group.sections}


def _text(section: Section, slots: Mapping[str, str]) -> Markup:
    template = _environment().get_template(f"sections/{section.template or section.anchor}.html.j2")
    return Markup(template.render(slot_class=slots, charts=tuple(section.charts), **section.content))  # noqa: S704


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
