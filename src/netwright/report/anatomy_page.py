"""The page of a model's anatomy."""

from netwright.records.anatomy import Anatomy
from netwright.report.anatomy_headline import anatomy_facts, anatomy_headline, anatomy_lead
from netwright.report.assembly import Head, assembled, section_texts
from netwright.report.sections.anatomy_delivery import delivery_section
from netwright.report.sections.anatomy_findings import findings_section
from netwright.report.sections.anatomy_layers import layers_section
from netwright.report.sections.anatomy_loose_ends import loose_ends_section
from netwright.report.sections.anatomy_neurons import neurons_section
from netwright.report.sections.anatomy_overlap import overlap_section
from netwright.report.sections.section import Group

_REMARK = "A cosine tells a direction, not a cause: what is removed is made up for, or missed, by all that follows."


def anatomy_html(record: Anatomy) -> str:
    """Return the page of a model's anatomy: findings, layers, neurons, what delivers, what dangles or cancels.

    Args:
        record: What was seen of a model.

    Returns:
        The text of the page.
    """
    said = anatomy_headline(record)
    content = {
        "kicker": f"Anatomy · {record.title}",
        "headline": said,
        "verdict": anatomy_lead(record),
        "facts": anatomy_facts(record),
    }
    parts = (
        ("At a glance", (findings_section(record), layers_section(record))),
        ("Neurons", (neurons_section(record), overlap_section(record))),
        ("What flows", (delivery_section(record), loose_ends_section(record))),
    )
    found = (Group(title, tuple(section for section in sections if section)) for title, sections in parts)
    groups = tuple(group for group in found if group.sections)
    head = Head("dynamics_head.html.j2", f"{record.title}: {said}", content, _REMARK)
    return assembled(head, groups, section_texts(groups, {}), {})
